internal import Platform
internal import CConfinement
internal import Glibc
internal import MediaInput

/// The rights that a worker gives up before it sees the first byte of its input, as far as the kernel takes
/// them.
package struct WorkerConfinement {
    let input: FeedAddress
    /// Hosts that it may lead to besides its own.
    let allowedHosts: [String]

    /// - Parameters:
    ///   - input: what the worker reads.
    ///   - allowedHosts: hosts that it may lead to besides its own.
    package init(input: FeedAddress, allowedHosts: [String] = []) {
        self.input = input
        self.allowedHosts = allowedHosts
    }

    /// Bytes of memory for data. A 4K stream decoded on four threads needs about a fifth of it.
    private static let memoryLimit: Int64 = 2 << 30

    /// What name resolution and TLS read.
    private static let networkFiles = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
        "/etc/services", "/etc/ssl", "/etc/pki", "/etc/gnutls", "/etc/crypto-policies",
        "/usr/share/ca-certificates", "/usr/lib/ssl",
        "/run/systemd/resolve",
        "/lib", "/usr/lib", "/usr/local/lib", "/etc/ld.so.cache", "/dev/urandom", "/dev/null",
    ]

    /// Files that may be read.
    package var readablePaths: [String] {
        if input.isLive { return Self.networkFiles }
        var path = input.text
        for prefix in ["file://", "file:"] where path.hasPrefix(prefix) {
            path = String(path.dropFirst(prefix.count))
            break
        }
        // A playlist names files that stand beside it.
        guard Self.isPlaylist(path) else { return [path] }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return [folder.isEmpty ? "/" : folder]
    }

    /// What it needs of the network, `SCN_CALLS_*`.
    private var callNeeds: UInt32 {
        guard let scheme = input.scheme else { return 0 }
        var needs: Int
        switch scheme {
        case "unix": needs = SCN_CALLS_LOCAL
        case "http", "https", "tcp", "tls", "rtmp", "rtmps", "rtmpt", "rtmpe": needs = SCN_CALLS_CONNECT
        default: needs = SCN_CALLS_CONNECT | SCN_CALLS_BIND
        }
        if input.isListening { needs |= SCN_CALLS_BIND | SCN_CALLS_LISTEN }
        return UInt32(needs)
    }

    /// Gives up the rights that `nets` stand for, for good. Call before threads are started.
    ///
    /// - Returns: what could not be had.
    package func apply(_ nets: ConfinementGaps = .all) -> ConfinementGaps {
        var missing: ConfinementGaps = []
        if nets.contains(.threads), scn_thread_count() != 1 { missing.insert(.threads) }
        if nets.contains(.resources), scn_limit_resources(Self.memoryLimit) != 0 {
            missing.insert(.resources)
        }
        if nets.contains(.privileges), scn_limit_privileges() != 0 { missing.insert(.privileges) }
        if nets.contains(.files), limitFiles() != 0 { missing.insert(.files) }
        HostRules(input, allowedHosts: allowedHosts)?.apply()
        if nets.contains(.calls), scn_limit_calls(callNeeds) != 0 { missing.insert(.calls) }
        return missing
    }

    private func limitFiles() -> Int32 {
        let paths = readablePaths.map { FileName.withBytes($0) { strdup($0) } }
        defer { for path in paths { free(path) } }
        let readable = paths.compactMap { $0.map { UnsafePointer($0) } }
        return readable.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { scn_limit_files($0, Int32(buffer.count)) } ?? EINVAL
        }
    }
}

extension WorkerConfinement {
    /// Whether a file is a playlist. What is no plain file is not looked into: its bytes can be read only
    /// once.
    private static func isPlaylist(_ path: String) -> Bool {
        guard case .file? = FileKind(path: path) else { return false }
        let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: Playlist.headLength)
        let count = read(descriptor, &head, head.count)
        return count > 0 && Playlist.begins(head[..<count])
    }
}
