"""Names for readers who do not exist."""

from random import Random

GIVEN = (
    "Ada Agnes Alban Amias Anneke Arlo Beata Bram Bryn Cecily Clem Corin Dara Delia Edda Edmund Elin "
    "Emrys Enid Esme Fenn Fergus Flora Greta Gwen Hal Hester Ilse Imre Ines Ivo Jonah Juno Kerr Klara "
    "Lark Leander Linnet Lorcan Maeve Magnus Marit Mina Nell Nils Odette Orla Osric Otto Perrin Petra "
    "Quill Ragna Rhys Roland Runa Sabine Saskia Silas Signe Tamsin Thea Tobias Ulla Una Verity Wilf "
    "Wynn Ysolde Zora"
).split()
FAMILY = (
    "Abram Alder Ashdown Barrow Beck Birch Brack Calder Carr Coldwell Dale Drift Eastlake Ebb Fairlight "
    "Farrow Fell Fenwick Gale Garth Hallow Harrow Heron Holm Keel Kestrel Lamb Larch Lind Lorne Marsh "
    "Mere Moorcroft Ness Northey Oakes Orchard Pell Penrose Quay Rennick Ridge Rook Roth Sands Seward "
    "Shaw Sound Stone Strand Tarn Teal Thorne Tide Underhill Vane Vesper Wade Ware Weir Whin Winter "
    "Wold Wren Yarrow"
).split()


def name(chance: Random) -> str:
    """Return somebody's name; there may be others of that name."""
    return f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
