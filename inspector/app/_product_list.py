"""Products as the service has them from the line: the list at once, what costs more when it is asked for."""

from __future__ import annotations

from inspector.app._places import RunDir
from inspector.app._products import line_products, title_of
from inspector.config import ProductEntry, StationConfig, find_product
from inspector.protocol import ProductList, ProductPreview, ProductView


class LineProducts:
    """The products of a running line; implements `service.Products`. For worker threads.

    Models and pictures are loaded only by whom that is asked of.

    Parameters
    ----------
    places
        The line's run directory, where the launcher notes the configuration with the product in use.
    base
        The station's configuration, with its own product.
    """

    def __init__(self, places: RunDir, base: StationConfig) -> None:
        self._places, self._base = places, base

    def all(self) -> ProductList:
        """Return all products; one whose bundle is damaged is found out when it is looked at."""
        in_use = self._in_use().product.name
        return ProductList(products=tuple(view_of(entry, in_use) for entry in line_products(self._base)))

    def preview(self, name: str) -> ProductPreview:
        """Return what a product would change; its bundle is verified, and its digests compared."""
        from inspector.app._product_facts import preview

        return preview(find_product(line_products(self._base), name), self._in_use())

    def picture(self, name: str) -> bytes:
        """Return the product's picture, else a good part of the golden samples, made small."""
        config = find_product(line_products(self._base), name).config
        assert config is not None
        from inspector.app._product_facts import picture

        return picture(config)

    def _in_use(self) -> StationConfig:
        return StationConfig.model_validate_json(self._places.config.read_text())


def view_of(entry: ProductEntry, in_use: str) -> ProductView:
    """Return a product as the list has it."""
    config = entry.config
    if config is None:
        return ProductView(name=entry.name, title=entry.name, trouble=entry.trouble[:2000])
    return ProductView(
        name=entry.name,
        title=title_of(config),
        job_id=config.product.job_id,
        scan_code=config.product.scan_code,
        recipe=config.recipe.name,
        recipe_revision=config.recipe.revision,
        is_in_use=entry.name == in_use,
    )
