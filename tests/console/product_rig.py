"""Products as a service would tell of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from station_rig import Station, state

from inspector.protocol import (
    Code,
    Command,
    Message,
    ProductChange,
    ProductFact,
    ProductList,
    ProductPreview,
    ProductView,
    Reply,
    StationState,
    done,
    refused,
)

PICTURE = Path(__file__).parents[2] / "models"
OLD = {
    "product": "Flange FL-60 A",
    "job": "1",
    "recipe": "flange · 14",
    "accept_min": "0.244",
    "reject_min": "0.756",
    "views": "1",
    "region": "locate 512×512",
    "bundle": "flange-v1 1.0.0 (0a26899ebc0c)",
    "defects": "chip, crack, dent, porosity, scratch, stain",
    "exposure_us": "20",
}
NEW = OLD | {
    "product": "Flange FL-60 A, strict",
    "job": "2",
    "recipe": "flange-strict · 2",
    "accept_min": "0.6",
    "reject_min": "0.4",
}


def view(name: str, **fields: Any) -> ProductView:
    usual: dict[str, Any] = {
        "title": f"Flange {name}",
        "job_id": 2,
        "recipe": name,
        "recipe_revision": 2,
    }
    return ProductView(name=name, **usual | fields)


PRODUCTS = (
    view("own", title="Flange FL-60 A", job_id=1, recipe="flange", recipe_revision=14, is_in_use=True),
    view("strict", title="Flange FL-60 A, strict", scan_code="FL60-S"),
    view("lenient", title="Flange FL-60 A, lenient", job_id=3),
    view(
        "broken",
        title="broken",
        trouble="/etc/inspector/products/broken.toml: product.job_id = 70000 must be 0 to 65535",
    ),
)
BAD_BUNDLE = (
    "/var/lib/inspector/bundles/lenient/model.int8.onnx was changed or truncated after the bundle was made: its "
    "SHA-256 is 0123456789abcdef…, the manifest says fedcba9876543210… (120 bytes found); copy the bundle again "
    "from where it was made, or train it again"
)


class Products:
    """Answers what the Product screen asks; `version` as in the state."""

    def __init__(self, station: Station, products: tuple[ProductView, ...] = PRODUCTS) -> None:
        self.products, self.version = products, 4
        self.troubles = {"lenient": BAD_BUNDLE}
        station.answers["product.list"] = self._list
        station.answers["product.preview"] = self._preview
        station.answers["product.picture"] = self._picture

    def _list(self, _: Command) -> Reply:
        return done(ProductList(products=self.products), version=self.version)

    def _preview(self, command: Command) -> Reply:
        name = str(command.args["name"])
        if name in self.troubles:
            return refused(Code.INVALID, self.troubles[name])
        product = next(product for product in self.products if product.name == name)
        new = OLD if product.is_in_use else NEW | {"product": product.title}
        facts = tuple(ProductFact(key=key, old=OLD[key], new=new[key]) for key in OLD)
        seal = f"seal of {name}"
        return done(ProductPreview(product=product, seal=seal, facts=facts), version=self.version)

    def _picture(self, _: Command) -> Reply:
        picture = next(PICTURE.glob("*/golden/4.png")).read_bytes()
        return Reply(attachments=(picture,))


def making(name: str = "own", **fields: Any) -> StationState:
    """The state of a line that makes a product; `change` = fields of the change."""
    change = ProductChange(**fields.pop("change", {}))
    usual: dict[str, Any] = {"product_name": name, "product_version": 4, "job_id": 1, "plc_job": 1}
    return state(**usual | fields, change=change)


def facts(**fields: Any) -> list[Message]:
    return [making(**fields)]
