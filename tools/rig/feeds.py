"""What the tools that try live feeds share: a service in a folder of its own, and other sides that do as they are told."""
import atexit
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import urllib.request

from rig import PROGRAM, ROOT

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# What sends a film over each transport, and where scened finds it: arguments of `serve`, and an address.
TRANSPORTS = {
    "tcp": ("-f mpegts tcp://127.0.0.1:{port}?listen=1", "tcp://127.0.0.1:{port}"),
    "http": ("-f mpegts -listen 1 http://127.0.0.1:{port}/s.ts", "http://127.0.0.1:{port}/s.ts"),
    "unix": ("-f mpegts -listen 1 unix:{folder}/{port}.sock", "unix:{folder}/{port}.sock"),
    "rtmp": ("-f flv -listen 1 rtmp://127.0.0.1:{port}/live/a", "rtmp://127.0.0.1:{port}/live/a"),
    "srt": ("-f mpegts srt://127.0.0.1:{port}?mode=listener", "srt://127.0.0.1:{port}?mode=caller"),
    "udp": ("-f mpegts udp://127.0.0.1:{port}?pkt_size=1316", "udp://127.0.0.1:{port}"),
    "rtsp": ("rtsp-server {port}", "rtsp://127.0.0.1:{port}/live"),
    "hls": ("-f hls -hls_time 1 -hls_list_size 4 -hls_flags delete_segments {folder}/l.m3u8", "http://127.0.0.1:{web}/l.m3u8"),
}


def free_ports(count, host="127.0.0.1"):
    """As many ports that nobody listens on, all different."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind((host, 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def free_port(host="127.0.0.1"):
    return free_ports(1, host)[0]


def film(path, seconds=10, size="160x90", rate=25, codec=("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency")):
    """A clip with a cut every two seconds and a key frame each second; its bytes."""
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}", "-vf",
         "hue=h=if(lt(mod(t\\,4)\\,2)\\,0\\,120)", *codec, "-g", str(rate), "-pix_fmt", "yuv420p", str(path)], check=True)
    return pathlib.Path(path).read_bytes()


def demo_stream(folder):
    """The demo film, five scenes in 73 s: FOLDER/demo.mp4 and, as a transport stream, FOLDER/film.ts, whose path is returned."""
    folder = pathlib.Path(folder)
    film = folder / "film.ts"
    subprocess.run([str(ROOT / "fixtures/generate"), "demo", str(folder / "demo.mp4")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(folder / "demo.mp4"), "-c", "copy", "-f", "mpegts", str(film)],
                   check=True)
    return film


def serve(film, output, mp4=None):
    """The process that sends `film` round and round in real time to `output`, of TRANSPORTS, once its port, folder and so on are
    filled in. Over RTSP `mp4` is sent, or else a test picture."""
    words = output.split()
    if words[0] == "rtsp-server":
        return subprocess.Popen([str(ROOT / "tools/rig/rtsp-server"), words[1], *([str(mp4)] if mp4 else [])], **QUIET)
    if words[-1].startswith("unix:"):
        pathlib.Path(words[-1].removeprefix("unix:")).unlink(missing_ok=True)
    return subprocess.Popen(
        ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(film), "-an", "-c", "copy", *words], **QUIET)


def serve_folder(folder, port):
    """The process that serves a folder over HTTP."""
    return subprocess.Popen(["python3", "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)], **QUIET)


class Targets:
    """Says what was measured, a line each, and remembers what missed its target."""

    def __init__(self):
        self.missed = []

    def say(self, name, text, is_met):
        print(f"{name}: {text}{'' if is_met else '  MISSED'}", flush=True)
        if not is_met:
            self.missed.append(name)

    def finish(self):
        """The last line, and the exit status: 1 if a target was missed."""
        print(f"missed: {', '.join(self.missed)}" if self.missed else "all targets met")
        return 1 if self.missed else 0


class ControlGroup:
    """A control group with a quota of processor time, of version 1 or 2; its members' children are in it, too. Needs root."""

    PERIOD = 100_000  # microseconds

    def __init__(self):
        old = pathlib.Path("/sys/fs/cgroup/cpu")
        self.is_old = (old / "cpu.cfs_quota_us").exists()
        self.path = (old if self.is_old else pathlib.Path("/sys/fs/cgroup")) / f"scened-{os.getpid()}"
        self.path.mkdir()

    def add(self, process):
        (self.path / "cgroup.procs").write_text(str(process))

    def squeeze(self, percent):
        """Gives all members together so much of one core; None gives everything back."""
        quota = None if percent is None else int(self.PERIOD * percent / 100)
        if self.is_old:
            (self.path / "cpu.cfs_period_us").write_text(str(self.PERIOD))
            (self.path / "cpu.cfs_quota_us").write_text(str(quota or -1))
        else:
            (self.path / "cpu.max").write_text(f"{quota or 'max'} {self.PERIOD}")

    def remove(self):
        for _ in range(100):
            try:
                self.path.rmdir()
                return
            except OSError:
                time.sleep(0.1)


class Sender:
    """Listens, counts connections with the moment of each, and treats every client as `serve` says, in a thread of its own."""

    def __init__(self, serve, host="127.0.0.1", port=0):
        self.serve = serve
        self.opened = []
        self.listener = socket.create_server((host, port), backlog=512)
        self.host, self.port = self.listener.getsockname()
        self.clients = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.opened.append(time.monotonic())
            self.clients.append(client)
            threading.Thread(target=self.handle, args=(client,), daemon=True).start()

    def handle(self, client):
        try:
            self.serve(client)
        except OSError:
            pass
        client.close()
        if client in self.clients:
            self.clients.remove(client)

    def drop(self):
        """Ends every connection."""
        for client in list(self.clients):
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()
        self.drop()


def paced(data, seconds, repeat=True, speed=1.0):
    """Sends `data`, which lasts `seconds`, in its own time, again and again; time stamps begin anew with each round."""
    def serve(client):
        pieces = max(1, int(seconds * 25))
        size = len(data) // 188 // pieces * 188 + 188
        begun, sent = time.monotonic(), 0
        while True:
            for start in range(0, len(data), size):
                client.sendall(data[start:start + size])
                sent += 1
                time.sleep(max(0, begun + sent * seconds / pieces / speed - time.monotonic()))
            if not repeat:
                client.recv(1)
                return
    return serve


class Live:
    """ffmpeg sends a film over TCP in real time, round and round with rising time stamps."""

    def __init__(self, path, port):
        self.path, self.port = str(path), port
        self.start()

    def start(self):
        atexit.register(self.close)
        self.process = subprocess.Popen(
            ["ffmpeg", "-nostdin", "-v", "quiet", "-re", "-stream_loop", "-1", "-i", self.path, "-map", "0:v", "-c", "copy", "-f", "mpegts",
             f"tcp://127.0.0.1:{self.port}?listen=1"], stdin=subprocess.DEVNULL)

    def close(self):
        self.process.kill()
        self.process.wait()


class Service:
    """`scened run` with a configuration, in a folder of its own."""

    def __init__(self, folder, feeds, defaults="", limits="", rest="", program=PROGRAM):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state, self.program = self.folder / "state", program
        self.config, self.log = self.folder / "scened.yaml", self.folder / "log"
        self.page = f"127.0.0.1:{free_port()}"
        self.defaults, self.limits, self.rest = defaults, limits, rest
        self.configure(feeds)
        self.process = None

    def configure(self, feeds):
        entries = "".join(f"  - {{name: {name}, input: '{address}'{more}}}\n" for name, address, more in
                          (feed if len(feed) == 3 else (*feed, "") for feed in feeds))
        self.config.write_text(
            f"state: {self.state}\nhttp: {{listen: '{self.page}'}}\ndefaults: {{{self.defaults}}}\n"
            f"limits: {{{self.limits}}}\n{self.rest}feeds:\n{entries}")

    def start(self):
        atexit.register(self.end)
        self.process = subprocess.Popen([self.program, "run", "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.log, "ab"))
        return self

    def get(self, path):
        """A page of the service; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{self.page}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def wait(self, condition, seconds=60):
        """The moment from which `condition` holds."""
        limit = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise TimeoutError(f"the service ended with status {self.process.returncode}; its log ends:{last_lines(self.log)}")
            if time.monotonic() > limit:
                raise TimeoutError("not in time")
            time.sleep(0.02)
        return time.monotonic()

    def metric(self, name, **labels):
        """The sum of a metric over all samples with these labels."""
        total = 0.0
        for line in (self.get("/metrics") or "").splitlines():
            head, _, value = line.rpartition(" ")
            if head.split("{")[0] == name and all(f'{key}="{text}"' in head for key, text in labels.items()):
                total += float(value)
        return total

    def lines(self, feed):
        """What the journal holds of a feed, in order."""
        return [line for path in sorted((self.state / f"journal/{feed}").glob("*/*.jsonl"))
                for line in path.read_text().splitlines()]

    def events(self, feed):
        return [json.loads(line) for line in self.lines(feed)]

    def workers(self):
        return children(self.process.pid)

    def stop(self, limit=30):
        """Seconds from SIGTERM to the end; its status is `process.returncode`."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=limit)
        return time.monotonic() - begun

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def children(process):
    """Processes that a process has started; none of one that is gone."""
    found = []
    try:
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        pass
    return found


def figures(process):
    """Resident memory in MiB, descriptors and threads of a process."""
    folder = pathlib.Path(f"/proc/{process}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    return int(status["VmRSS"].split()[0]) / 1024, len(os.listdir(folder / "fd")), int(status["Threads"])


def peak(process):
    """Largest resident memory so far, MiB; 0 for a process that is gone."""
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def last_lines(path, count=5):
    """The end of a log, on a line of its own for each; it may be gone with its folder when somebody wants to look."""
    try:
        return "".join(f"\n  {line}" for line in pathlib.Path(path).read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def sound(lines, folder, program, partial=False):
    """None if events are in order (`events check` of the program), else its first complaint."""
    path = pathlib.Path(folder) / "check.jsonl"
    path.write_text("\n".join(lines) + "\n")
    check = subprocess.run([str(program), "events", "check", *(["--partial"] if partial else []), str(path)],
                           capture_output=True, text=True)
    return None if check.returncode == 0 else ((check.stdout + check.stderr).splitlines() or [f"status {check.returncode}"])[0]
