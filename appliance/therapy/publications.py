"""The publications that programs come from."""

from appliance.records import Fixed


class Publication(Fixed, frozen=True):
    """Where a program was published, what was published, and what had to be adapted here."""

    authors: str
    year: str
    """Or `undated`, as manuals are."""
    title: str
    where: str
    """Journal, and the table or section with the parameters."""
    muscles: str
    """`trunk`, `hip` or `thigh`."""
    published: str
    """The parameters as the publication states them."""
    adapted: str
    """What differs here, and why."""

    @property
    def short(self) -> str:
        return f"{self.authors} {self.year}"
