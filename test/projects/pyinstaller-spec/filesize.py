"""filesize BYTES ...: says in German how large each number of bytes is"""

import humanize

from toolkit.shared import command


def main() -> None:
    parser = command("filesize", "Says in German what a number is.")
    parser.add_argument("numbers", nargs="+", type=int)
    humanize.activate("de_DE")
    for number in parser.parse_args().numbers:
        print(humanize.intword(number))


if __name__ == "__main__":
    main()
