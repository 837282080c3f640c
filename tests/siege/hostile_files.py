"""Files that cost far more than they are long, devices, names with control characters, and files of
every format with random damage.

Every call ends within its time and memory, with code 0 or one line and code 2. Usage: campaign.py.
"""
import json
import os
import struct
import sys
import zipfile

from campaign import Broken, Campaign, bytes_of, write

CLEAR_SCREEN = b'\x1b[2J\x9b\xc2\x9b'


def varint(number):
    out = b''
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    """A field of a protobuf message: bytes, a text, or a message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def onnx(graph):
    return b'\x08\x07' + field(7, graph) + field(8, b'\x10\x0d')


def safetensors(header, data=b''):
    return struct.pack('<Q', len(header)) + header + data


def tensors(count, name='w%d'):
    return {name % i: {'dtype': 'F32', 'shape': [1, 1], 'data_offsets': [4 * i, 4 * i + 4]}
            for i in range(count)}


class HostileFiles(Campaign):
    def __init__(self):
        super().__init__()
        self.config = self.support('tiny.cfg')
        self.must('run', self.config, '--out', 'run')
        self.must('export', 'run', '--format', 'onnx', '--to', 'n.onnx')
        self.networks = {'safetensors': bytes_of(self.path('run', 'network.safetensors')),
                         'onnx': bytes_of(self.path('n.onnx'))}
        samples = os.path.join(self.source, 'tests', 'samples', 'networks')
        for name in sorted(os.listdir(samples)):
            if name.endswith(('.npz', '.onnx', '.safetensors')):
                self.networks[name] = bytes_of(os.path.join(samples, name))
        self.technology = bytes_of(os.path.join(self.source, 'configs', 'tech', 'public40.cfg'))

    def refused(self, what, *words, code=2):
        ended = self.program(*words)
        if ended.code not in (code if isinstance(code, tuple) else (code,)):
            raise Broken(f'{what}: {words}: code {ended.code}\n{ended.error}')
        self.count('refused' if ended.code == 2 else 'read')

    def costly_networks(self):
        bracket = self.random.choice([b'[', b'{"a":', b'[{"a":'])
        count = self.random.choice([5000, 20000, 60000])
        many_nodes = self.random.choice([b'\x0a\x00', b'\x2a\x00', b'\x0a\x04\x2a\x00\x2a\x00'])
        deep = b''
        for _ in range(3000):  # attributes with graphs with nodes with attributes ..
            deep = field(1, field(5, field(6, deep)))
        cases = {
            'brackets': safetensors(b'{"a":' + bracket * (10_000_000 // len(bracket))),
            'tensors': safetensors(json.dumps(tensors(count)).encode(), bytes(4 * count)),
            'metadata': safetensors(json.dumps({'__metadata__': {str(i): '' for i in range(count)}})
                                    .encode()),
            'header length': struct.pack('<Q', self.random.choice([2**63, 2**40, 10**8])) + b'{}',
            'one long name': safetensors(json.dumps(tensors(1, '%d' + 'x' * 5_000_000)).encode(),
                                         bytes(4)),
            'empty nodes': onnx(many_nodes * (16_000_000 // len(many_nodes))),
            'deep graphs': onnx(deep),
            'unknown fields': onnx(field(777, b'') * 5_000_000),
            'packed numbers': onnx(field(5, field(7, b'\x01' * 15_000_000) + b'\x10\x07')),
            'a name of control characters': safetensors(
                json.dumps({'\x1b[2J\x9b': {'dtype': 'F32', 'shape': [1, 1],
                                            'data_offsets': [0, 4]}}).encode(), bytes(4)),
        }
        for what, data in cases.items():
            name = 'h.onnx' if data[:1] == b'\x08' else 'h.safetensors'
            write(self.path(name), data)
            self.refused(what, 'import', name)

    def costly_archives(self):
        path = self.path('h.npz')
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for i in range(self.random.choice([1, 3])):
                with archive.open(f'w{i}.npy', 'w', force_zip64=True) as member:
                    for _ in range(1100 if i == 0 else 1):
                        member.write(bytes(1 << 20))
        self.refused('a bomb', 'import', 'h.npz')
        with zipfile.ZipFile(path, 'w') as archive:
            for i in range(5000):
                archive.writestr(f'arr_{i}.npy', b'')
        self.refused('members', 'import', 'h.npz')

    def costly_json(self):
        size = 3_000_000
        texts = {'brackets': b'[' * 10 * size, 'objects': b'{"a":' * 2 * size,
                 'elements': b'{"layers":[' + b'{},' * size + b'{}]}',
                 'numbers': b'{"layers":[' + b'0,' * 2 * size + b'0]}',
                 'members': b'{' + b','.join(b'"%d":0' % i for i in range(200_000)) + b'}',
                 'a long text': b'{"schema":"' + b'x' * 10 * size + b'"}',
                 'control characters': b'{"schema":"' + json.dumps('\x1b[2J\x9b').encode()[1:-1] +
                                       b'"}', 'no text': bytes(1000), 'nothing': b''}
        keys = ['--plan', '--thresholds', '--faults', '--design.file', '--noise.file']
        for what, text in texts.items():
            write(self.path('h.json'), text)
            key = self.random.choice(keys[:3])
            self.refused(what, 'eval', 'run', key, 'h.json')
            write(self.path('other', 'summary.json'), text)
            self.refused(what, 'report', 'run', 'other', '--out', 'both')
            key = self.random.choice(keys[3:])
            self.refused(what, 'run', self.config, '--out', 'new', f'{key}=h.json')
            write(self.path('plan', 'manifest.json'), text)
            self.refused(what, 'status', 'plan')

    def devices(self):
        device = self.random.choice(['/dev/zero', '/dev/null', '/dev/urandom'])
        for words in (['eval', 'run', '--plan', device], ['eval', 'run', '--faults', device],
                      ['import', device], ['tech', device], ['config', device],
                      ['run', self.config, '--out', 'new', f'--noise.file={device}'],
                      ['run', self.config, '--out', 'new', f'--design.file={device}'],
                      ['run', self.config, '--out', 'new', f'--quantize.plan_file={device}'],
                      ['run', self.config, '--out', 'new', f'--prune.thresholds_file={device}'],
                      ['run', self.config, '--out', 'new', f'--tech.file={device}'],
                      ['run', self.config, '--out', 'new', f'--network={device}']):
            # An empty config leaves every key at its default.
            self.refused(device, *words, code=0 if words == ['config', '/dev/null'] else 2)

    def control_characters(self):
        rows = [line.split(b'|') for line in self.technology.splitlines()]
        for row in rows:
            if len(row) == 7 and not row[0].startswith(b'#'):
                row[5] = b' ' + CLEAR_SCREEN + row[5]  # the source, which no rule bounds
        write(self.path('t.cfg'), b'\n'.join(b'|'.join(row) for row in rows) + b'\n')
        self.refused('a technology', 'tech', 't.cfg', '--tech.rows=all', code=0)
        if not os.path.exists(self.path('planned')):
            self.must('plan', self.space(), '--shards', 2, '--out', 'planned')
        write(os.path.join(self.path('planned', 'shards').encode(), CLEAR_SCREEN), b'x')
        write(self.path('planned', 'work', '000000', '.lock'), CLEAR_SCREEN)
        self.refused('a foreign file', 'status', 'planned', code=0)
        self.refused('a foreign file', 'merge', 'planned')
        name = (b'a' + CLEAR_SCREEN + b'.cfg').decode('utf-8', 'surrogateescape')
        self.refused('a name', 'run', name, '--out', 'new')
        self.refused('a key', 'run', self.config, '--out', 'new', '--no.such' + '\x1b[2J')

    def damaged(self):
        """A file of every format with some of its bytes changed, doubled or left out."""
        for name, data in self.networks.items():
            for _ in range(self.random.randrange(1, 5)):
                at = self.random.randrange(len(data))
                size = self.random.choice([1, 1, 1, 8, 100])
                new = self.random.choice([bytes(size), b'\xff' * size, data[at:at + size] * 2, b'',
                                          bytes([data[at] ^ (1 << self.random.randrange(8))])])
                data = data[:at] + new + data[at + size:]
            ending = name.rsplit('.', 1)[-1]
            write(self.path('d.' + ending), data)
            self.refused(f'{name}, damaged', 'import', 'd.' + ending, code=(0, 2))
        text = self.technology
        at = self.random.randrange(len(text))
        write(self.path('d.cfg'), text[:at] + bytes([self.random.randrange(256)]) + text[at + 1:])
        self.refused('a technology, damaged', 'tech', 'd.cfg', code=(0, 2))


if __name__ == '__main__':
    campaign = HostileFiles()
    sys.exit(campaign.run([campaign.devices, campaign.costly_networks, campaign.control_characters,
                           campaign.costly_json, campaign.damaged, campaign.costly_archives,
                           campaign.damaged, campaign.damaged]))
