from .constants import get_image_name


class LiveServerless:
    _image_type = "gpu"

    def __init__(self, name, python_version=None, image=None, env=None):
        self.name = name
        self.python_version = python_version
        self.imageName = image or self._live_image
        self.workersMin, self.workersMax = 0, 1
        self.env = env

    @property
    def _live_image(self):
        return get_image_name(self._image_type, self.python_version or "3.12")


class LoadBalancerSlsResource(LiveServerless):
    _image_type = "lb"


class LiveLoadBalancer(LoadBalancerSlsResource):
    pass
