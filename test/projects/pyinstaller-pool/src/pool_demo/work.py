"""What the processes do."""


def chunks(upto: int, count: int) -> list[range]:
    return [range(start, upto, count) for start in range(count)]


def sum_of_squares(numbers: range) -> int:
    return sum(number * number for number in numbers)
