"""SCTE-35 messages (ANSI/SCTE 35), and how they come into an MPEG transport stream. Standard library only.

    inject("show.ts", "show-with-cues.ts", [
        Cue(at=12.0, event=1, out=True, duration=30.0),
        Cue(at=42.0, event=1, out=False),
        Cue(at=60.0, kind="time_signal", segments=[Segment(type=0x30, event=7, upid=(0x03, b"ABCD0123456H"))]),
    ])

Times are seconds from the first picture of the stream that is given.
"""
import struct
from dataclasses import dataclass

TICKS = 90_000
WRAP = 1 << 33
PACKET = 188
CUE_STREAM = 0x86
# Stream types of video (ISO/IEC 13818-1, table 2-34).
VIDEO_STREAMS = {0x01, 0x02, 0x10, 0x1B, 0x20, 0x24, 0x33, 0x42, 0xD2}
COMMANDS = {"splice_null": 0x00, "splice_insert": 0x05, "time_signal": 0x06, "bandwidth_reservation": 0x07}


@dataclass
class Segment:
    """A segmentation_descriptor. `type`: segmentation_type_id, 0x30 where an advertisement of the provider begins."""

    type: int
    event: int = 1
    upid: tuple = (0, b"")
    duration: float | None = None
    number: int = 0
    expected: int = 0
    cancelled: bool = False
    """web_delivery_allowed, no_regional_blackout, archive_allowed (bits), device_restrictions (0 to 3); None: none."""
    restrictions: tuple | None = None
    """sub_segment_num and sub_segments_expected."""
    sub_segment: tuple | None = None


@dataclass
class Cue:
    """A message. It stands `lead` seconds of the video in front of the picture at `at`."""

    at: float
    kind: str = "splice_insert"
    event: int = 1
    out: bool = True
    """Seconds that the break lasts."""
    duration: float | None = None
    auto_return: bool = True
    """It names no time, and stands right in front of the picture at `at`."""
    immediate: bool = False
    cancelled: bool = False
    segments: list | tuple = ()
    lead: float = 4.0
    """How often it is sent, half a second apart."""
    repeats: int = 1
    """Ticks of 1/90000 s that the message leaves to pts_adjustment."""
    adjustment: int = 0
    """Bytes in the message's stead."""
    raw: bytes | None = None

    def section(self, start):
        """The whole splice_info_section, where the first picture has the time stamp `start`."""
        if self.raw is not None:
            return self.raw
        when = (start + round(self.at * TICKS) - self.adjustment) % WRAP
        return section(self.kind, self._command(when), [descriptor(segment) for segment in self.segments],
                       self.adjustment % WRAP)

    def _command(self, when):
        if self.kind == "time_signal":
            return b"\x7f" if self.immediate else splice_time(when)
        if self.kind != "splice_insert":
            return b""
        command = struct.pack(">IB", self.event, 0xFF if self.cancelled else 0x7F)
        if self.cancelled:
            return command
        flags = 0x4F | (0x80 if self.out else 0) | (0 if self.duration is None else 0x20) | (0x10 if self.immediate else 0)
        command += bytes([flags])
        if not self.immediate:
            command += splice_time(when)
        if self.duration is not None:
            ticks = round(self.duration * TICKS) % WRAP
            command += bytes([0x7E | (0x80 if self.auto_return else 0) | ticks >> 32]) + struct.pack(">I", ticks & 0xFFFFFFFF)
        return command + struct.pack(">HBB", 1, 0, 0)


def splice_time(ticks):
    return bytes([0xFE | ticks >> 32]) + struct.pack(">I", ticks & 0xFFFFFFFF)


def descriptor(segment):
    """The bytes of a segmentation_descriptor (section 10.3.3 of the standard)."""
    content = b"CUEI" + struct.pack(">IB", segment.event, 0xFF if segment.cancelled else 0x7F)
    if not segment.cancelled:
        flags = 0x80 | (0 if segment.duration is None else 0x40)
        if segment.restrictions is None:
            flags |= 0x3F
        else:
            web, no_blackout, archive, device = segment.restrictions
            flags |= web << 4 | no_blackout << 3 | archive << 2 | device
        content += bytes([flags])
        if segment.duration is not None:
            content += round(segment.duration * TICKS).to_bytes(5, "big")
        kind, upid = segment.upid
        content += bytes([kind, len(upid)]) + upid + bytes([segment.type, segment.number, segment.expected])
        if segment.sub_segment:
            content += bytes(segment.sub_segment)
    return bytes([0x02, len(content)]) + content


def section(kind, command, descriptors=(), adjustment=0):
    """A splice_info_section with its checksum; `kind` is a name of COMMANDS, or a number."""
    loop = b"".join(descriptors)
    body = bytes([0, adjustment >> 32]) + struct.pack(">I", adjustment & 0xFFFFFFFF)
    # cw_index 0xff and tier 0xfff: neither is used.
    body += bytes([0xFF, 0xFF, 0xF0 | len(command) >> 8, len(command) & 0xFF, COMMANDS.get(kind, kind)]) + command
    body += struct.pack(">H", len(loop)) + loop
    whole = bytes([0xFC]) + struct.pack(">H", 0x3000 | len(body) + 4) + body
    return whole + struct.pack(">I", checksum(whole))


def checksum(data):
    """CRC-32 of MPEG-2 systems: 0 over what ends with its own."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def inject(ts_in, ts_out, cues, pid=0x01F0):
    """Copies a transport stream of one program, and puts the messages of `cues` into it, on a PID that it lacks.

    Program maps get the stream and the registration 'CUEI'. Messages stand between the packets of the video, each in
    front of the first whose picture is shown at its time, `lead` seconds earlier, or later; those that lie behind the
    last picture are left out. Clock references (PCR) keep their values. Returns for each message that was written, in
    order, the time of the picture whose packet follows it.
    """
    with open(ts_in, "rb") as file:
        data = file.read()
    if len(data) < PACKET or any(data[i] != 0x47 for i in range(0, len(data) - PACKET + 1, PACKET)):
        raise ValueError(f"{ts_in}: no transport stream of packets of {PACKET} bytes: write it with ffmpeg -f mpegts")
    packets = [data[i:i + PACKET] for i in range(0, len(data) - PACKET + 1, PACKET)]
    map_pid = next((found for packet in packets if _pid(packet) == 0 for found in [_map_pid(packet)] if found), None)
    if map_pid is None:
        raise ValueError(f"{ts_in}: no program in it")
    video = next((found for packet in packets if _pid(packet) == map_pid for found in [_video_pid(packet)] if found), None)
    stamps = [_stamp(packet) if _pid(packet) == video else None for packet in packets]
    # What opens first is not always shown first.
    known = [stamp for stamp in stamps if stamp is not None]
    if not known:
        raise ValueError(f"{ts_in}: no video with time stamps in it")
    start = known[0]
    start = (start + min(_difference(stamp, start) for stamp in known[:16])) % WRAP

    messages = sorted(
        ((cue.at if cue.immediate or cue.cancelled else max(0.0, cue.at - cue.lead)) + 0.5 * repeat, index, cue)
        for index, cue in enumerate(cues) for repeat in range(max(1, cue.repeats)))
    written, counter = [], 0
    with open(ts_out, "wb") as file:
        # Stamps of a long stream wrap; pictures are counted from the first.
        last, shown = start, 0
        for packet, stamp in zip(packets, stamps):
            if stamp is not None:
                shown += _difference(stamp, last)
                last = stamp
                while messages and messages[0][0] * TICKS <= shown + 1:
                    for part in _packets(messages.pop(0)[2].section(start), pid, counter):
                        file.write(part)
                        counter = (counter + 1) % 16
                    written.append(shown / TICKS)
            file.write(_with_cues(packet, pid) if _pid(packet) == map_pid else packet)
    return written


@dataclass
class Found:
    """A message as it stands in a stream. Times are seconds from the first picture; `at` is None where it names none."""

    sent: float
    """Time of the picture whose packet follows it."""
    kind: str
    event: int | None
    out: bool | None
    at: float | None
    duration: float | None = None


def read(ts, pid=0x01F0):
    """The messages that `inject` put into a stream, in order: of splice_insert and time_signal."""
    with open(ts, "rb") as file:
        data = file.read()
    packets = [data[i:i + PACKET] for i in range(0, len(data) - PACKET + 1, PACKET)]
    map_pid = next((found for packet in packets if _pid(packet) == 0 for found in [_map_pid(packet)] if found), None)
    video = next((found for packet in packets if _pid(packet) == map_pid for found in [_video_pid(packet)] if found), None)
    stamps = [_stamp(packet) if _pid(packet) == video else None for packet in packets]
    known = [stamp for stamp in stamps if stamp is not None]
    if not known:
        raise ValueError(f"{ts}: no video with time stamps in it")
    start = (known[0] + min(_difference(stamp, known[0]) for stamp in known[:16])) % WRAP
    found, waiting, last, shown = [], [], start, 0
    for packet, stamp in zip(packets, stamps):
        if _pid(packet) == pid and _section(packet):
            waiting.append(_section(packet))
        if stamp is not None:
            shown += _difference(stamp, last)
            last = stamp
            found += [_found(section, start, shown / TICKS) for section in waiting]
            waiting = []
    return found


def _found(table, start, sent):
    if checksum(table):
        raise ValueError(f"a message before {sent:.2f} s has a wrong checksum")
    adjustment = (table[4] & 1) << 32 | int.from_bytes(table[5:9], "big")
    length = (table[11] & 0x0F) << 8 | table[12]
    kind = next((name for name, number in COMMANDS.items() if number == table[13]), str(table[13]))
    command, loop = table[14:14 + length], table[16 + length:-4]

    def time(bytes_):
        if not bytes_[0] & 0x80:
            return None
        ticks = (bytes_[0] & 1) << 32 | int.from_bytes(bytes_[1:5], "big")
        return _difference((ticks + adjustment) % WRAP, start) / TICKS

    if kind == "splice_insert":
        flags, place, at, duration = command[5], 6, None, None
        if not flags & 0x10:
            at = time(command[place:])
            place += 5 if command[place] & 0x80 else 1
        if flags & 0x20:
            duration = ((command[place] & 1) << 32 | int.from_bytes(command[place + 1:place + 5], "big")) / TICKS
        return Found(sent, kind, int.from_bytes(command[:4], "big"), bool(flags & 0x80), at, duration)
    event = out = duration = None
    if len(loop) > 11:
        event, place = int.from_bytes(loop[6:10], "big"), 12
        if loop[11] & 0x40:
            duration, place = int.from_bytes(loop[12:17], "big") / TICKS, 17
        # Types that begin something are even, those that end it the odd ones behind them.
        out = loop[place + 2 + loop[place + 1]] % 2 == 0
    return Found(sent, kind, event, out, time(command) if kind == "time_signal" else None, duration)


def _difference(stamp, other):
    return (stamp - other + WRAP // 2) % WRAP - WRAP // 2


def _pid(packet):
    return (packet[1] & 0x1F) << 8 | packet[2]


def _payload(packet):
    if not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4]:] if packet[3] & 0x20 else packet[4:]


def _section(packet):
    """The section that begins in a packet, and is whole in it."""
    payload = _payload(packet)
    if not packet[1] & 0x40 or not payload:
        return b""
    payload = payload[1 + payload[0]:]
    length = 3 + ((payload[1] & 0x0F) << 8 | payload[2]) if len(payload) > 2 else 0
    return payload[:length] if 12 <= length <= len(payload) else b""


def _map_pid(packet):
    table = _section(packet)
    for place in range(8, len(table) - 7, 4):
        number, pid = struct.unpack(">HH", table[place:place + 4])
        if number:
            return pid & 0x1FFF
    return None


def _streams(table):
    """Type, PID and place of each stream of a program map."""
    place = 12 + ((table[10] & 0x0F) << 8 | table[11])
    while place + 5 <= len(table) - 4:
        yield table[place], (table[place + 1] & 0x1F) << 8 | table[place + 2]
        place += 5 + ((table[place + 3] & 0x0F) << 8 | table[place + 4])


def _video_pid(packet):
    table = _section(packet)
    return next((pid for kind, pid in _streams(table) if kind in VIDEO_STREAMS), None) if table else None


def _stamp(packet):
    """PTS of the PES packet that begins in a packet."""
    payload = _payload(packet)
    if not packet[1] & 0x40 or len(payload) < 14 or payload[:3] != b"\0\0\1" or not payload[7] & 0x80:
        return None
    a, b, c, d, e = payload[9:14]
    return (a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1


def _with_cues(packet, pid):
    """A packet with a program map, to which the stream of messages was added."""
    if not packet[1] & 0x40:
        raise ValueError("a program map of several packets: leave streams out of it")
    table = _section(packet)
    if not table:
        raise ValueError("a program map of several packets: leave streams out of it")
    length = (table[10] & 0x0F) << 8 | table[11]
    info = table[12:12 + length] + b"\x05\x04CUEI"
    streams = table[12 + length:-4] + bytes([CUE_STREAM]) + struct.pack(">HH", 0xE000 | pid, 0xF000)
    body = table[3:10] + struct.pack(">H", 0xF000 | len(info)) + info + streams
    whole = bytes([2]) + struct.pack(">H", 0xB000 | len(body) + 4) + body
    whole += struct.pack(">I", checksum(whole))
    if len(whole) > PACKET - 5:
        raise ValueError("a program map of several packets: leave streams out of it")
    return packet[:3] + bytes([0x10 | packet[3] & 0x0F, 0]) + whole + b"\xff" * (PACKET - 5 - len(whole))


def _packets(message, pid, counter):
    payload = b"\0" + message
    parts = [payload[i:i + PACKET - 4] for i in range(0, len(payload), PACKET - 4)]
    for index, part in enumerate(parts):
        head = bytes([0x47, (0x40 if index == 0 else 0) | pid >> 8, pid & 0xFF, 0x10 | (counter + index) % 16])
        yield head + part + b"\xff" * (PACKET - 4 - len(part))
