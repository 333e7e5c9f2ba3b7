"""Of humanize's translations, the German one."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("humanize", includes=["locale/de_DE/**/*.mo"])
