"""Native libraries that Python packages expect of the system: which Debian package has one,
and how Python says that one is missing."""

import re

#: Pinned, by the names that Debian 12 has.
_DEBIAN = {
    "libasound.so.2": "libasound2",
    "libcairo.so.2": "libcairo2",
    "libEGL.so.1": "libegl1",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libgdk_pixbuf-2.0.so.0": "libgdk-pixbuf-2.0-0",
    "libgfortran.so.5": "libgfortran5",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libGLdispatch.so.0": "libglvnd0",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGLU.so.1": "libglu1-mesa",
    "libGLX.so.0": "libglx0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libICE.so.6": "libice6",
    "libjpeg.so.62": "libjpeg62-turbo",
    "libmagic.so.1": "libmagic1",
    "libmariadb.so.3": "libmariadb3",
    "libnuma.so.1": "libnuma1",
    "libodbc.so.2": "libodbc2",
    "libopenblas.so.0": "libopenblas0",
    "libOpenCL.so.1": "ocl-icd-libopencl1",
    "libOpenGL.so.0": "libopengl0",
    "libOSMesa.so.8": "libosmesa6",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangocairo-1.0.so.0": "libpangocairo-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libportaudio.so.2": "libportaudio2",
    "libpq.so.5": "libpq5",
    "libpulse.so.0": "libpulse0",
    "libSM.so.6": "libsm6",
    "libsndfile.so.1": "libsndfile1",
    "libsox.so.3": "libsox3",
    "libstdc++.so.6": "libstdc++6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXau.so.6": "libxau6",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libXcursor.so.1": "libxcursor1",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libXinerama.so.1": "libxinerama1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxml2.so.2": "libxml2",
    "libXrandr.so.2": "libxrandr2",
    "libXrender.so.1": "libxrender1",
    "libxslt.so.1": "libxslt1.1",
    "libz.so.1": "zlib1g",
    "libzbar.so.0": "libzbar0",
}

#: FFmpeg's package names carry the number of the library.
_FFMPEG = re.compile(
    r"lib(avcodec|avdevice|avfilter|avformat|avutil|postproc|swresample|swscale)\.so\.(\d+)$")

#: What the GPU's driver brings when a container starts with a GPU.
_DRIVER = re.compile(r"lib(cuda|cudadebugger|nvcuvid|nvoptix|nvidia-[\w-]+|amdgpu_drv)\.so(\.|$)")

#: What the loader, ctypes and wrappers that search by themselves say.
_LOADERS = (
    re.compile(r"([^\s:'\"/]+): cannot open shared object file"),
    # musl's.
    re.compile(r"Error loading shared library ([^\s:'\"/]+): No such file"),
)
_SEARCHERS = (
    ("PortAudio library not found", "libportaudio.so.2"),
    ("sndfile library not found", "libsndfile.so.1"),
    ("Unable to find zbar shared library", "libzbar.so.0"),
    ("failed to find libmagic", "libmagic.so.1"),
)


def debian_package(soname):
    """The Debian package that has a library, or None."""
    ffmpeg = _FFMPEG.match(soname)
    if ffmpeg:
        return "lib{}{}".format(*ffmpeg.groups())
    return _DEBIAN.get(soname)


def is_of_the_driver(soname):
    return bool(_DRIVER.match(soname))


def missing_library(error):
    """The soname that an exception's text says is missing, or None."""
    if not isinstance(error, (ImportError, OSError)):
        return None
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a class of the app's own may fail at it
        return None
    for loader in _LOADERS:
        said = loader.search(text)
        if said:
            return said.group(1)
    return next((soname for words, soname in _SEARCHERS if words in text), None)
