"""Models and sample videos: what there is, where to get it, and proof that it is the right thing.

catalogue.yaml  every asset: files with sha256, licence, mirrors in the order they are tried
store           the verified cache: `fetch`, `cached`
mirrors         folders, publishers' sites, and packages of registries through the user's own clients
"""

from camloom.assets.catalogue import Asset, AssetFile, catalogue
from camloom.assets.mirrors import Progress
from camloom.assets.store import cache_folder, cached, fetch

__all__ = ["Asset", "AssetFile", "Progress", "cache_folder", "cached", "catalogue", "fetch"]
