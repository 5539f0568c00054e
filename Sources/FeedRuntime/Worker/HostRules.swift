internal import CConfinement
internal import Glibc

/// Which hosts the process that reads an input may resolve: a playlist or a redirection comes from the other
/// side, and must not lead into the network that the machine stands in.
///
/// For inputs that can lead on (HTTP, HLS, RTMP, RTSP). By name: what a configured host's name stands for is
/// its owner's affair.
package struct HostRules: Hashable {
    /// Names and patterns that may be configured, and the longest.
    package static let most = 64
    package static let longest = 253

    /// As `scn_limit_hosts` takes them.
    let hosts: [String]

    /// nil: the input cannot lead anywhere but to its own address. `environment` gives the proxies that
    /// FFmpeg uses: behind one it is the proxy that connects.
    init?(
        _ input: FeedAddress, allowedHosts: [String],
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) {
        let leading = ["http", "https", "rtmp", "rtmps", "rtmpt", "rtmpe", "rtsp", "rtsps"]
        guard let scheme = input.scheme, leading.contains(scheme) else { return nil }
        var hosts = input.host.map { [Self.name($0)] } ?? []
        if scheme.hasPrefix("http"), let proxy = environment("http_proxy").flatMap({ FeedAddress($0).host }) {
            hosts.append(Self.name(proxy))
        }
        self.hosts = hosts + allowedHosts
    }

    /// Gives up all others, for the whole process and for good.
    func apply() {
        let names = hosts.map { strdup($0) }
        defer { for name in names { free(name) } }
        let list = names.compactMap { $0.map { UnsafePointer($0) } }
        _ = list.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { scn_limit_hosts($0, Int32(buffer.count)) } ?? 0
        }
    }

    /// Whether a text can stand in `allowed-hosts`: a name or an address without scheme, port and brackets,
    /// `*.domain`, or `*`.
    package static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        guard !name.isEmpty, text.utf8.count <= longest else { return false }
        let isAddress = name.filter { $0 == ":" }.count > 1
        return name.allSatisfy { character in
            character.isASCII
                && (character.isLetter || character.isNumber || "._-".contains(character)
                    || isAddress && ":%".contains(character))
        }
    }

    /// The last host that was refused, without what could not be part of a name; nil if none was.
    static func takeRefusedHost() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, scn_refused_host(base, 256) > 0 else { return nil }
            return String(cString: base).filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || "._-:%".contains($0))
            }
        }
    }

    /// A host with its port or brackets, without them.
    private static func name(_ host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }
}

extension WorkerEnding {
    /// A failure after a host was refused says so, with the remedy.
    func naming(refusedHost: String?) -> WorkerEnding {
        guard let refusedHost, case .failed(let failure, let text) = self else { return self }
        let name = text.firstRange(of: ": ").map { text[..<$0.lowerBound] } ?? text[...]
        return .failed(
            failure,
            "\(name): it leads to the host \(refusedHost), which is not allowed: add it to allowed-hosts (--allow-host) if you trust it"
        )
    }
}
