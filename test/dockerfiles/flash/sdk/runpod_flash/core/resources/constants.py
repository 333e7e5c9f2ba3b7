def get_image_name(kind, python):
    return "runpod/{}:py{}-latest".format({"gpu": "flash", "lb": "flash-lb"}[kind], python)
