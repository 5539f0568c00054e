internal import EventDelivery
internal import FeedRuntime
internal import EventJournal
internal import MediaInput
internal import Platform
internal import Glibc
internal import NIOSSL

extension ServiceConfiguration {
    /// Looks at what the configuration names: what `check-config` prints, and `run` refuses or warns of.
    /// Blocks for the disk; makes a folder in the state directory, or where that would stand, and removes it
    /// at once.
    ///
    /// - Parameters:
    ///   - state: the state directory; nil where neither the configuration nor the service manager names one.
    ///   - credentials: where secrets are; nil where they are not here, and are not looked at.
    ///   - hasInheritedSockets: a service manager has passed sockets.
    /// - Returns: in the order of the file's sections; empty where all is there.
    package func findings(state: String?, credentials: Credentials?, hasInheritedSockets: Bool)
        -> [ConfigurationFinding]
    {
        var findings =
            state.map(Self.findings(state:)) ?? [
                ConfigurationFinding(
                    key: "state", reason: "is missing; give a folder for the journal, or set STATE_DIRECTORY",
                    isRefused: true)
            ]
        for (key, address) in [("http.listen", http), ("socket.listen", socket)] {
            guard case .unix(let path)? = address, let reason = Self.folderTrouble(of: path) else { continue }
            findings.append(ConfigurationFinding(key: key, reason: reason, isRefused: true))
        }
        for (key, address) in [("http.listen", http), ("socket.listen", socket)] {
            guard case .inherited(let name)? = address, !hasInheritedSockets else { continue }
            findings.append(
                ConfigurationFinding(
                    key: key,
                    reason: "systemd has passed no socket named '\(name)' here; start through scened.socket",
                    isRefused: true))
        }
        for (index, feed) in feeds.enumerated() {
            findings += Self.findings(of: feed, key: "feeds[\(index)].input", credentials)
        }
        for (index, sink) in sinks.enumerated() {
            let names = feeds.map(\.name).filter(sink.selection.takes(feed:))
            findings += Self.findings(of: sink, key: "sinks[\(index)]", feeds: names, credentials)
        }
        return findings
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// The folder that `path` would stand in.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    // MARK: - The state directory

    /// Whether a folder can be made in it, or in the one above it that exists.
    private static func findings(state: String) -> [ConfigurationFinding] {
        func finding(_ path: String, _ code: Int32) -> [ConfigurationFinding] {
            // A full disk keeps nobody from starting.
            let isRefused = !FileRemedy.isPassing(code)
            return [
                ConfigurationFinding(
                    key: "state",
                    reason: "cannot write to '\(path)': \(reason(code)); "
                        + FileRemedy.text(for: code, isWriting: true),
                    isRefused: isRefused, isOfState: true)
            ]
        }
        var (path, facts) = (state, stat())
        while FileName.withBytes(path, { stat($0, &facts) }) != 0 {
            guard errno == ENOENT, path != "/" else { return finding(path, errno) }
            path = folder(of: path)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else { return finding(path, ENOTDIR) }
        var template = Array("\(path)/.scened-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let code = errno
            // The folder is there; it is of a file system that takes none, such as /proc.
            return finding(path, code == ENOENT ? EROFS : code)
        }
        rmdir(template)
        return []
    }

    // MARK: - Feeds

    private static func findings(of feed: FeedConfiguration, key: String, _ credentials: Credentials?)
        -> [ConfigurationFinding]
    {
        if let finding = trouble(of: feed.input, key: key, credentials, isRefused: true) { return [finding] }
        guard feed.input.credentials.isEmpty else {
            // Without the secrets it was looked at when the file was read.
            guard credentials != nil, let address = try? feed.input.resolved(secret(credentials)),
                let fault = AddressFault.find(in: address)
            else { return [] }
            return [ConfigurationFinding(key: key, reason: fault, isRefused: true)]
        }
        guard let path = FeedAddress(feed.input.template).path else { return [] }
        var facts = stat()
        var code: Int32 = 0
        if FileName.withBytes(path, { stat($0, &facts) }) != 0
            || FileName.withBytes(path, { access($0, R_OK) }) != 0
        {
            code = errno
        }
        if code == 0, facts.st_mode & S_IFMT == S_IFDIR { code = EISDIR }
        guard code != 0 else { return [] }
        return [
            ConfigurationFinding(
                key: key,
                reason:
                    "cannot read '\(path)': \(reason(code)); \(FileRemedy.text(for: code, isWriting: false))")
        ]
    }

    // MARK: - Sinks

    private static func findings(
        of sink: SinkConfiguration, key: String, feeds: [String], _ credentials: Credentials?
    ) -> [ConfigurationFinding] {
        switch sink {
        case .standardOutput: return []
        case .file(let file):
            let paths = Set(feeds.map { file.path.replacing("%f", with: $0) }).sorted()
            // Each attempt would bring it the first events once more.
            let refusals = paths.compactMap(FileOutput.refusal(of:)).map {
                ConfigurationFinding(key: "\(key).path", reason: $0, isRefused: true)
            }
            // Files of many feeds mostly stand in one folder.
            let troubles = Set(paths.compactMap(fileTrouble)).sorted()
            return refusals + troubles.map { ConfigurationFinding(key: "\(key).path", reason: $0) }
        case .webhook(let webhook):
            var findings: [ConfigurationFinding] = []
            if let finding = trouble(of: webhook.url, key: "\(key).url", credentials, isRefused: false) {
                findings.append(finding)
            } else if credentials != nil || webhook.url.credentials.isEmpty,
                let url = try? webhook.url.resolved(secret(credentials)),
                let fault = HTTPAddress.fault(of: url)
            {
                findings.append(ConfigurationFinding(key: "\(key).url", reason: fault))
            }
            if let text = webhook.secret,
                let finding = trouble(of: text, key: "\(key).secret", credentials, isRefused: false)
            {
                findings.append(finding)
            }
            if let path = webhook.authority, let reason = certificateTrouble(path) {
                findings.append(ConfigurationFinding(key: "\(key).ca", reason: reason))
            }
            return findings
        }
    }

    /// What keeps a file from being appended to, and may pass.
    private static func fileTrouble(_ path: String) -> String? {
        var facts = stat()
        guard FileName.withBytes(path, { stat($0, &facts) }) == 0 else {
            return errno == ENOENT ? folderTrouble(of: path) : writeTrouble(path, errno)
        }
        switch facts.st_mode & S_IFMT {
        case S_IFREG:
            return FileName.withBytes(path, { access($0, W_OK) }) == 0 ? nil : writeTrouble(path, errno)
        case S_IFDIR: return writeTrouble(path, EISDIR)
        default: return nil
        }
    }

    /// What keeps a file from being made in its folder.
    private static func folderTrouble(of path: String) -> String? {
        let folder = folder(of: path)
        var facts = stat()
        guard FileName.withBytes(folder, { stat($0, &facts) }) == 0 else {
            guard errno == ENOENT else { return writeTrouble(folder, errno) }
            return
                "the folder '\(folder)' does not exist; create it, and let scened's user write there"
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else { return writeTrouble(folder, ENOTDIR) }
        return FileName.withBytes(folder, { access($0, W_OK | X_OK) }) == 0
            ? nil : writeTrouble(folder, errno)
    }

    private static func writeTrouble(_ path: String, _ code: Int32) -> String {
        "cannot write to '\(path)': \(reason(code)); \(FileRemedy.text(for: code, isWriting: true))"
    }

    private static func certificateTrouble(_ path: String) -> String? {
        guard FileName.withBytes(path, { access($0, R_OK) }) == 0 else {
            let code = errno
            return "cannot read '\(path)': \(reason(code)); \(FileRemedy.text(for: code, isWriting: false))"
        }
        // Whoever opens a FIFO waits for somebody to write into it.
        guard FileKind(path: path) == .file, let certificates = try? NIOSSLCertificate.fromPEMFile(path),
            !certificates.isEmpty
        else {
            return "'\(path)' holds no certificates; give a file in PEM"
        }
        return nil
    }

    // MARK: - Secrets

    /// Any text stands in for a secret that is not here.
    private static func secret(_ credentials: Credentials?) -> (String) throws -> String {
        { name in try credentials?.text(named: name) ?? "secret" }
    }

    private static func trouble(
        of text: SecretText, key: String, _ credentials: Credentials?, isRefused: Bool
    ) -> ConfigurationFinding? {
        for name in text.credentials {
            guard FeedName.isValid(name) else {
                return ConfigurationFinding(
                    key: key,
                    reason: "'\(name)' cannot name a credential; use letters, digits, '.', '_' and '-'",
                    isRefused: isRefused)
            }
            do {
                _ = try secret(credentials)(name)
            } catch {
                return ConfigurationFinding(key: key, reason: "\(error)", isRefused: isRefused)
            }
        }
        return nil
    }
}
