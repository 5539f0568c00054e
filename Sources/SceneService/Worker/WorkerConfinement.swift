internal import CScened
internal import FileNames
internal import Glibc

/// The rights that a worker gives up before it sees the first byte of its input, as far as the kernel takes them.
struct WorkerConfinement {
    let input: FeedAddress
    /// Hosts that it may lead to besides its own.
    var allowedHosts: [String] = []

    /// Bytes of memory for data. A 4K stream decoded on four threads needs about a fifth of it.
    private static let memoryLimit: Int64 = 2 << 30

    /// What name resolution and TLS read.
    private static let networkFiles = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
        "/etc/services", "/etc/ssl", "/etc/gnutls", "/usr/share/ca-certificates", "/usr/lib/ssl",
        "/run/systemd/resolve",
        "/lib", "/usr/lib", "/usr/local/lib", "/etc/ld.so.cache", "/dev/urandom", "/dev/null",
    ]

    /// Files that may be read.
    var readablePaths: [String] {
        if input.isLive { return Self.networkFiles }
        var path = input.text
        for prefix in ["file://", "file:"] where path.hasPrefix(prefix) {
            path = String(path.dropFirst(prefix.count))
            break
        }
        // A playlist names files that stand beside it.
        guard path.hasSuffix(".m3u8") || path.hasSuffix(".mpd") else { return [path] }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return [folder.isEmpty ? "/" : folder]
    }

    /// Gives them up, for good. What the kernel does not know is left out; there is no one to tell.
    func apply() {
        _ = scn_limit_process(Self.memoryLimit)
        let paths = readablePaths.map { FileName.withBytes($0) { strdup($0) } }
        defer { for path in paths { free(path) } }
        let readable = paths.compactMap { $0.map { UnsafePointer($0) } }
        _ = readable.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { scn_limit_files($0, Int32(buffer.count)) } ?? 0
        }
        HostRules(input, allowedHosts: allowedHosts)?.apply()
        _ = scn_limit_calls(input.isLive ? 1 : 0)
    }
}
