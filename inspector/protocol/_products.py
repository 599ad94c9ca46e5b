"""What `product.list` and `product.preview` answer."""

from __future__ import annotations

from pydantic import Field

from inspector.protocol._model import Count, Message


class ProductView(Message):
    """A product, usable or not."""

    name: str
    """What commands name it by."""
    title: str = ""
    job_id: Count = 0
    """Number of its job at the PLC; 0 = none."""
    scan_code: str = ""
    """What a scanner reads from its work order or label; empty = nothing but its name."""
    recipe: str = ""
    recipe_revision: Count = 0
    is_in_use: bool = False
    trouble: str = ""
    """Why it cannot be used, for people: file, key, value, remedy; empty = it can."""


class ProductList(Message):
    """All products, the station's own first."""

    products: tuple[ProductView, ...] = ()


class ProductFact(Message):
    """One thing of a product: what it is now, and what it would be."""

    key: str
    """product, job, recipe (with its revision), accept_min, reject_min, views, region, bundle (with version and
    digest), defects, exposure_us."""
    old: str = ""
    new: str = ""


class ProductPreview(Message):
    """What a change to a product would change."""

    product: ProductView
    seal: str = ""
    """Stands for all that the product is. `product.change` refuses one that has another seal by then."""
    facts: tuple[ProductFact, ...] = Field(default=())
    """All of them, those that stay the same included."""
