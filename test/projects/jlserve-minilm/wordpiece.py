"""BERT's tokenizer for English: lower case, punctuation apart, longest pieces first."""

import json
import re
import unicodedata


class WordPiece:
    def __init__(self, path):
        self.ids = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]

    def encode(self, text, limit=256):
        pieces = [piece for word in _words(text) for piece in self._split(word)]
        return [self.ids[piece] for piece in ["[CLS]", *pieces[: limit - 2], "[SEP]"]]

    def _split(self, word):
        pieces, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    break
            else:
                return ["[UNK]"]
            pieces.append(piece)
            start = end
        return pieces


def _words(text):
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(each for each in plain if unicodedata.category(each) != "Mn")
    return re.findall(r"\w+|[^\w\s]", plain)
