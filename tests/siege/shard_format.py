"""Reads and writes shards and records with checksums that fit, whatever they say."""
import hashlib
import json
import re


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Shard:
    """The parts of a shard's file (flow/cluster/README.md), in order."""

    def __init__(self, data):
        end = data.rindex(b'end ')
        offset = int(data[end + 4:end + 24])
        self.first = data[:data.index(b'\n') + 1]
        self.parts = []
        at = len(self.first)
        for line in data[offset:end].decode().splitlines():
            size, _, name = line.split(' ', 2)
            self.parts.append((name, data[at:at + int(size)]))
            at += int(size)

    def written(self):
        body = b''.join(data for _, data in self.parts)
        index = ''.join(f'{len(data)} {digest(data)} {name}\n' for name, data in self.parts)
        offset = len(self.first) + len(body)
        end = f'end {offset:020d} {digest(self.first + index.encode())}\n'
        return self.first + body + index.encode() + end.encode()

    def names(self, pattern):
        return [name for name, _ in self.parts if re.search(pattern, name)]

    def part(self, name):
        return dict(self.parts)[name]

    def with_part(self, name, data):
        self.parts = [(each, data if each == name else old) for each, old in self.parts]
        return self


def sealed_record(text):
    """A training's record, its last line the checksum of the others."""
    lines = text[:text.rindex(b'sha256 ')]
    return lines + b'sha256 ' + digest(lines).encode() + b'\n'


def sealed_json(object_):
    """A JSON file of the program, its second line the checksum of the others."""
    object_ = {name: value for name, value in object_.items() if name != 'sha256'}
    text = json.dumps(object_, indent=1, ensure_ascii=False) + '\n'
    return ('{\n "sha256": "' + digest(text.encode()) + '",' + text[1:]).encode()


def sealed_checkpoint(data):
    """A network or checkpoint of a training, its end the checksum of the rest."""
    return data[:-64] + digest(data[:-64]).encode()
