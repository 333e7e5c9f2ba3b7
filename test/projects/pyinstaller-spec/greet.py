"""greet NAME"""

from toolkit.shared import command, text


def main() -> None:
    parser = command("greet", "Greets in the way of the Alps.")
    parser.add_argument("name")
    print(text("grüß.txt").format(name=parser.parse_args().name), end="")


if __name__ == "__main__":
    main()
