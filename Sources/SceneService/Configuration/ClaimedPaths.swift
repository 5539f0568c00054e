internal import EventDelivery

/// Which key of a configuration has which path. Two that write one file, or listen at one socket, would
/// disturb each other.
struct ClaimedPaths {
    private var owners: [String: String] = [:]

    /// Takes a path for a key; the same key may take it again.
    ///
    /// - Returns: the key that has it already; nil: it was free.
    mutating func claim(_ path: String, for key: String) -> String? {
        let path = Self.normalized(path)
        if let owner = owners[path], owner != key { return owner }
        owners[path] = key
        return nil
    }

    /// Whether two servers would listen at one socket file, or at one socket of systemd's.
    static func isSame(_ one: ListenAddress, _ other: ListenAddress) -> Bool {
        switch (one, other) {
        case (.unix(let one), .unix(let other)): normalized(one) == normalized(other)
        case (.inherited(let one), .inherited(let other)): one == other
        default: false
        }
    }

    /// An absolute path without `.`, `..` and doubled slashes. Links are not followed.
    private static func normalized(_ path: String) -> String {
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return "/" + names.joined(separator: "/")
    }
}

extension SinkConfiguration {
    /// The files that it writes, where `feeds` are all there are.
    func paths(of feeds: [String]) -> [String] {
        guard case .file(let file) = self else { return [] }
        return feeds.filter(file.selection.takes(feed:)).map { file.path.replacing("%f", with: $0) }
    }
}
