"""Runs a command in a pseudo-terminal of a given size and prints what the screen shows.

usage: screen.py COLUMNS ROWS [NEW_COLUMNS] -- COMMAND...
Understands what our renderer may send; anything else on the screen would show as it is.
"""
import fcntl, os, pty, re, select, struct, sys, termios, unicodedata

end = sys.argv.index("--")
columns, rows, *resized = map(int, sys.argv[1:end])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[end + 1], sys.argv[end + 1 :])


def size(width):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, width, 0, 0))


size(columns)
raw = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    raw += piece
    if resized and b"number 1" in raw:
        size(resized.pop())
os.waitpid(pid, 0)

lines, x, y = [[]], 0, 0
for token in re.finditer(r"\x1b\[([?0-9;]*)([A-Za-z])|(.)", raw.decode(), re.S):
    numbers, letter, character = token.groups()
    if letter:
        n = int(numbers) if numbers.isdigit() else 1
        if letter == "A":
            y = max(0, y - n)
        elif letter == "B":
            y += n
        elif letter == "G":
            x = n - 1
        elif letter == "K":
            line = lines[y]
            lines[y] = [] if numbers == "2" else line[:x]
        elif letter not in "mhl":
            print("unexpected escape", repr(token.group()))
        continue
    if character == "\n":
        y += 1
    elif character == "\r":
        x = 0
    else:
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if x + width > columns:
            print("line too long", repr("".join(lines[y])))
        line = lines[y]
        line.extend(" " * (x + width - len(line)))
        line[x] = character
        if width == 2:
            line[x + 1] = ""
        x += width
    while len(lines) <= y:
        lines.append([])
print("\n".join("".join(line).rstrip() for line in lines).rstrip())
print("cursor shown:", raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l"))
print("spinner frames:", len(set(re.findall("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]", raw.decode()))) > 2)
print("words of the step:", "fetching wheel number 2" in raw.decode())
