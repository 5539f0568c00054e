import SceneService
import EventDelivery
import Foundation
import SceneSegmentation
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    static let example = Fixtures.root.appending(path: "systemd/scened.yaml")

    private func read(_ yaml: String) throws -> ServiceConfiguration {
        try ServiceConfiguration(yaml: yaml, file: "f.yaml")
    }

    @Test func theExampleIsRight() throws {
        let configuration = try ServiceConfiguration(
            yaml: String(contentsOf: Self.example, encoding: .utf8), file: "scened.yaml")
        #expect(configuration.feeds.map(\.name) == ["news"])
        #expect(configuration.http == .tcp(host: "127.0.0.1", port: 9310))
        #expect(configuration.httpEvents == .unixOnly)
        #expect(configuration.socket == .unix(path: "/run/scened/events.sock"))
    }

    @Test(arguments: [
        ("", EventAccess.unixOnly), ("http: {listen: '127.0.0.1:80'}", .unixOnly),
        ("http: {events: true}", .anyone),
        ("http: {events: false}", .nobody),
        ("http: {token: '${credential:a}'}", .bearer(SecretText("${credential:a}"))),
        ("http: {events: true, token: '${credential:a}'}", .bearer(SecretText("${credential:a}"))),
    ])
    func eventsOverHTTPAreForWhomTheConfigurationSays(http: String, access: EventAccess) throws {
        #expect(try read(http + "\nfeeds: [{name: a, input: x}]").httpEvents == access)
    }

    /// What is commented out is right too, and every key is there.
    @Test func theExampleShowsEveryKey() throws {
        let text = try String(contentsOf: Self.example, encoding: .utf8)
        let lines = text.split(separator: "\n").map { line -> String in
            // A commented key, not a comment: `# key:` or `#   - to:` or `#     key:`.
            guard let hash = line.firstIndex(of: "#"), line[..<hash].allSatisfy({ $0 == " " }) else {
                return String(line)
            }
            let rest = line[line.index(after: hash)...].dropFirst()
            let key = rest.drop { $0 == " " || $0 == "-" }
            guard let colon = key.firstIndex(of: ":"), key[..<colon].allSatisfy({ $0.isLetter || $0 == "-" }),
                key[..<colon].allSatisfy({ $0.isLowercase || $0 == "-" }), key[..<colon].count < 20,
                key[colon...].dropFirst().first.map({ $0 == " " }) ?? true
            else { return "" }
            return String(line[..<hash]) + String(rest)
        }
        let uncommented = lines.filter { !$0.isEmpty }.joined(separator: "\n")
            .replacing("    input: rtsp://viewer:${credential:news-password}@192.0.2.7/stream1\n", with: "")
        let configuration = try ServiceConfiguration(yaml: uncommented, file: "scened.yaml")
        #expect(configuration.sinks.map(\.name) == ["stdout", "archive", "editor"])
        #expect(configuration.feeds.first?.settings.stallAfter == 10)
        #expect(configuration.httpEvents == .bearer(SecretText("${credential:events-token}")))
        for key in FeedSettings.keys { #expect(uncommented.contains("\n  \(key):"), "\(key) is not shown") }
    }

    @Test func defaultsAreMergedIn() throws {
        let configuration = try read(
            """
            defaults: {deadline: 60, split: ticks}
            feeds:
              - {name: a, input: "udp://239.0.0.1:1"}
              - {name: b, input: x.ts, deadline: 30, follow: true}
            """)
        #expect(configuration.feeds.map(\.settings.deadline) == [60, 30])
        #expect(configuration.feeds[1].settings.split == .ticks)
        #expect(configuration.feeds[0].settings.follow == nil)
    }

    @Test(arguments: [
        ("feeds: []", "f.yaml:1: feeds: lists no feed; add one with name and input"),
        (
            "feeds:\n  - name: a\n    input: x\n    dedline: 3",
            "f.yaml:4: feeds[0].dedline: unknown key; did you mean 'deadline'? known here: "
        ),
        ("feeds:\n  - name: ../a\n    input: x", "f.yaml:2: feeds[0].name: takes letters, digits"),
        ("feeds:\n  - name: a", "f.yaml:2: feeds[0].input: is missing"),
        (
            "feeds:\n  - {name: a, input: x}\n  - {name: a, input: y}",
            "f.yaml:3: feeds[1].name: 'a' names two feeds"
        ),
        (
            "feeds:\n  - name: a\n    input: x\n    deadline: soon",
            "f.yaml:4: feeds[0].deadline: takes 0.001 to 86400 seconds"
        ),
        ("http: {listen: 0.0.0.0:80}", "f.yaml:1: http.listen: can be reached from other machines"),
        (
            "http: {listen: here}",
            "f.yaml:1: http.listen: takes unix:/absolute/path, ADDRESS:PORT or systemd:NAME"
        ),
        (
            "socket: {listen: '127.0.0.1:80'}",
            "f.yaml:1: socket.listen: takes unix:/absolute/path or systemd:NAME; over TCP every user"
        ),
        ("http: {token: hunter2}", "f.yaml:1: http.token: takes ${credential:NAME}; tokens do not belong"),
        ("http: {token: 'a${credential:b}'}", "f.yaml:1: http.token: takes ${credential:NAME}"),
        (
            "http:\n  events: false\n  token: ${credential:a}",
            "f.yaml:3: http.token: opens events that http.events: false keeps"
        ),
        ("http: {events: maybe}", "f.yaml:1: http.events: takes true or false"),
        ("journal:\n  segment-size: 5 MB", "f.yaml:2: journal.segment-size: takes a size such as 64 MiB"),
        (
            "feeds: [{name: a, input: x}]\nsinks: [{to: fax}]",
            "f.yaml:2: sinks[0].to: takes stdout, file or webhook"
        ),
        (
            "feeds: [{name: a, input: x}]\nsinks: [{to: webhook, name: w, url: 'ftp://x/'}]",
            "f.yaml:2: sinks[0].url: takes an http:// or https:// address"
        ),
        (
            "feeds: [{name: a, input: x}]\nsinks: [{to: webhook, name: w, url: 'http://x/', secret: hunter2}]",
            "f.yaml:2: sinks[0].secret: takes ${credential:NAME}"
        ),
        (
            "feeds: [{name: a, input: x}, {name: b, input: y}]\nsinks: [{to: file, name: w, path: /x}]",
            "f.yaml:2: sinks[0].path: mixes the events of several feeds"
        ),
        (
            "feeds: [{name: a, input: x}]\nsinks: [{to: file, name: w, path: /x, feeds: []}]",
            "f.yaml:2: sinks[0].feeds: lists nothing, and the sink would take nothing; leave it out for all"
        ),
        (
            "feeds: [{name: a, input: x}]\nsinks:\n  - to: stdout\n    types: []",
            "f.yaml:4: sinks[0].types: lists nothing"
        ),
        (
            "feeds: [{name: a, input: x}]\nsinks:\n- {to: webhook, name: w, url: 'http://x/', types: []}",
            "f.yaml:3: sinks[0].types: lists nothing"
        ),
        (
            "feeds:\n  - name: a\n    input: http://x\n    allowed-hosts: ['cdn.example:80']",
            "f.yaml:4: feeds[0].allowed-hosts: takes up to 64 names or addresses"
        ),
        (
            "feeds:\n  - name: a\n    input: http://x\n    blocks-without: [logo]",
            "f.yaml:4: feeds[0].blocks-without: takes a list of mark, black, silence"
        ),
        (
            "defaults: {blocks-without: mark}",
            "f.yaml:1: defaults.blocks-without: takes a list of text values"
        ),
        (
            "journal:\n  segment-size: 8388608 GiB",
            "f.yaml:2: journal.segment-size: takes a size such as 64 MiB, from 4096 bytes to 64 GiB"
        ),
        ("http: {listen: '127.0.0.1:80:90'}", "f.yaml:1: http.listen: takes unix:/absolute/path"),
        ("state: var", "f.yaml:1: state: takes an absolute path"),
        ("a: [", "f.yaml:"),
        ("feeds: 7", "f.yaml:1: feeds: takes a list"),
        ("- 1", "f.yaml:1: takes a mapping"),
        ("", "f.yaml: is empty"),
    ])
    func whatIsWrongIsNamedWithKeyAndLine(_ yaml: String, _ message: String) {
        do {
            _ = try read(yaml)
            Issue.record("was taken: \(yaml)")
        } catch let error as ConfigurationError {
            #expect(error.description.hasPrefix(message), "\(error.description)")
            #expect(!error.description.contains("hunter2"))
            #expect(!error.description.contains("\n"))
        } catch {
            Issue.record("\(error)")
        }
    }

    static let impossible = [
        ("foo://x", "has the scheme 'foo', which nothing here reads"), ("http://", "names no host"),
        ("udp://127.0.0.1", "names no port"), ("udp://127.0.0.1:70000", "has a port that is not a number"),
        ("rtsp://u:${credential:p}@/x", "names no host"),
    ]

    /// What no server can mend is refused, rather than tried for ever.
    @Test(arguments: impossible) func addressesThatCanNeverWorkAreRefused(input: String, says: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try read("feeds:\n  - name: a\n    input: '\(input)'")
        }
        #expect(error?.description.hasPrefix("f.yaml:3: feeds[0].input: \(says)") == true, "\(error as Any)")
    }

    /// A secret may be a host, a port or a passphrase: it is not judged before it is there.
    @Test(arguments: [
        "udp://127.0.0.1:${credential:p}", "http://${credential:h}/x", "${credential:a}",
        "RTSP://u:${credential:p}@h/x",
    ])
    func whatSecretsHoldIsNotJudged(input: String) throws {
        #expect(try read("feeds:\n  - name: a\n    input: '\(input)'").feeds.count == 1)
    }

    /// With the secrets at hand, the address that they make is.
    @Test func addressesOfCredentialsAreJudged() throws {
        let folder = try TemporaryFolder()
        for (name, content) in [("port", "70000"), ("good", "5000"), ("whole", "foo://canary")] {
            try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        }
        let configuration = try read(
            """
            state: \(folder.path)/state
            feeds:
              - {name: a, input: 'udp://127.0.0.1:${credential:port}'}
              - {name: b, input: 'udp://127.0.0.1:${credential:good}'}
              - {name: c, input: '${credential:whole}'}
            """)
        let findings = configuration.findings(
            state: "\(folder.path)/state", credentials: Credentials(directory: folder.path),
            hasInheritedSockets: false)
        #expect(findings.map(\.key) == ["feeds[0].input", "feeds[2].input"], "\(findings)")
        #expect(findings.allSatisfy { $0.isRefused && !$0.reason.contains("canary") })
    }

    /// What keeps no events is no file sink: `run` refuses it, too. A file that can be made is one, and so is
    /// a link to one.
    @Test(arguments: ["fifo", "device", "link", "file"]) func filesKeepEvents(kind: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/sink"
        switch kind {
        case "fifo": try #require(mkfifo(path, 0o600) == 0)
        case "device": try #require(symlink("/dev/null", path) == 0)
        case "link": try #require(symlink(Self.example.path, path) == 0)
        default: break
        }
        let configuration = try read(
            """
            sinks: [{to: file, name: log, path: '\(folder.path)/s%f'}]
            feeds: [{name: ink, input: 'tcp://127.0.0.1:1'}]
            """)
        let findings = configuration.findings(
            state: "\(folder.path)/state", credentials: nil, hasInheritedSockets: false)
        let isWrong = ["fifo", "device"].contains(kind)
        #expect(findings.map(\.key) == (isWrong ? ["sinks[0].path"] : []), "\(findings)")
        #expect(findings.allSatisfy { $0.isRefused && $0.reason.contains("choose another path") })
    }

    /// What is wrong with a webhook's address is said without it, and judged once its secrets are there.
    @Test func addressesOfWebhooksAreJudged() throws {
        let folder = try TemporaryFolder()
        try Data("ftp://canary".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/whole"))
        let configuration = try read(
            """
            sinks:
              - {to: webhook, name: v, url: 'http://viewer:canary@host/'}
              - {to: webhook, name: w, url: '${credential:whole}'}
            feeds: [{name: a, input: 'tcp://127.0.0.1:1'}]
            """)
        for (credentials, keys) in [
            (Credentials(directory: folder.path), ["sinks[0].url", "sinks[1].url"]), (nil, ["sinks[0].url"]),
        ] as [(Credentials?, [String])] {
            let findings = configuration.findings(
                state: "\(folder.path)/state", credentials: credentials, hasInheritedSockets: false)
            #expect(findings.map(\.key) == keys, "\(findings)")
            #expect(findings.first?.reason.hasPrefix("names a user") == true)
            #expect(findings.allSatisfy { !$0.reason.contains("canary") })
        }
    }

    static let idle = [
        ("block-delay: 60", "needs blocks: true"), ("blocks-without: [mark]", "needs blocks: true"),
        ("blocks: false\n    block-delay: 60", "needs blocks: true"),
        ("follow-idle: 3", "goes with follow: true"), ("audio-stream: 1", "set sound: true"),
        ("audio-stream: 1\n    audio: false", "names what audio: false does not read"),
        ("threshold: 0.4\n    scenes-per-hour: 20", "leave one out"),
        ("split: none\n    split-after: 5", "leave one out"),
        ("split: none\n    intra-shot: true", "leave one out"),
    ]

    /// What `scened watch` refuses of its options, a feed's keys may not say either.
    @Test(arguments: idle) func keysWithoutTheirPartnerAreRefused(keys: String, says: String) throws {
        let feeds = "feeds:\n  - name: a\n    input: x\n"
        let error = #expect(throws: ConfigurationError.self) { try read(feeds + "    " + keys) }
        #expect(error?.description.contains(says) == true, "\(error as Any)")
        // What holds for feeds of every kind says nothing to some.
        let defaults = "defaults:\n  " + keys.replacing("\n    ", with: "\n  ") + "\n"
        #expect(try read(defaults + feeds).feeds.count == 1)
    }

    @Test func keysWithTheirPartnerAreTaken() throws {
        let configuration = try read(
            """
            defaults: {blocks: true}
            feeds:
              - {name: a, input: x, block-delay: 60, audio-stream: 1}
              - {name: b, input: x, follow: true, follow-idle: 3}
              - {name: c, input: x, audio-stream: 1, model: m, blocks: false}
            """)
        #expect(configuration.feeds.count == 3)
    }

    @Test func onlyFilesAreFollowed() {
        let error = #expect(throws: ConfigurationError.self) {
            try read("feeds:\n  - name: a\n    input: tcp://h:1\n    follow: true")
        }
        #expect(error?.description.hasPrefix("f.yaml:4: feeds[0].follow: takes a file") == true)
    }

    static let doubled = [
        (
            "sinks:\n  - {to: file, name: v, path: /a/x}\n  - {to: file, name: w, path: /a/./b/..//x}",
            "f.yaml:3: sinks[1].path: is that of sinks[0].path, too"
        ),
        (
            "sinks:\n  - {to: file, name: v, path: /a/f}\n  - {to: file, name: w, path: /a/%f}",
            "f.yaml:3: sinks[1].path: is that of sinks[0].path, too"
        ),
        (
            "socket: {listen: 'unix:/a/x'}\nsinks:\n  - {to: file, name: v, path: /a/x}",
            "f.yaml:3: sinks[0].path: is that of socket.listen, too"
        ),
        (
            "http:\n  listen: unix:/run/s\nsocket:\n  listen: unix:/run//s",
            "f.yaml:4: socket.listen: is http.listen, too"
        ),
        (
            "http: {listen: 'systemd:s'}\nsocket: {listen: 'systemd:s'}",
            "f.yaml:2: socket.listen: is http.listen, too"
        ),
    ]

    /// Two that write one file, or listen at one socket, would disturb each other.
    @Test(arguments: doubled) func aPathHasOneOwner(yaml: String, says: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try read(yaml + "\nfeeds: [{name: f, input: x}]")
        }
        #expect(error?.description.hasPrefix(says) == true, "\(error as Any)")
    }

    @Test func sinksOfDifferentFilesAreTaken() throws {
        let configuration = try read(
            """
            http: {listen: 'unix:/run/h'}
            socket: {listen: 'unix:/run/s'}
            sinks:
              - {to: file, name: v, path: /a/%f.jsonl}
              - {to: file, name: w, path: /b/%f.jsonl}
              - {to: file, name: x, path: /a/all, envelope: true}
            feeds: [{name: f, input: x}, {name: g, input: y}]
            """)
        #expect(configuration.sinks.count == 3)
    }

    /// Some editors begin a file with a byte order mark.
    @Test func aByteOrderMarkIsTaken() throws {
        #expect(try read("\u{feff}feeds:\n  - {name: a, input: x}").feeds.count == 1)
        let error = #expect(throws: ConfigurationError.self) { try read("\u{feff}feeds:\n  - {name: a}") }
        #expect(error?.description.hasPrefix("f.yaml:2: feeds[0].input: is missing") == true)
    }

    @Test(arguments: [("HTTP://host/x", true), ("Https://host/x", true), ("ftp://host/x", false)])
    func theSchemeOfAWebhookHasAnyCase(url: String, isTaken: Bool) {
        let yaml = "feeds: [{name: a, input: x}]\nsinks: [{to: webhook, name: w, url: '\(url)'}]"
        #expect(((try? read(yaml)) != nil) == isTaken)
        #expect((HTTPAddress(url) != nil) == isTaken)
    }

    @Test func secretsArePutInPlace() throws {
        let text = SecretText("rtsp://viewer:${credential:cam}@host/${credential:path}")
        #expect(text.credentials == ["cam", "path"])
        let resolved = text.resolved { (name: String) in name == "cam" ? "p@ss/w:rd" : "1" }
        #expect(resolved == "rtsp://viewer:p%40ss%2Fw%3Ard@host/1")
        let whole = SecretText("${credential:url}").resolved { (_: String) in "rtsp://a:b@c" }
        #expect(whole == "rtsp://a:b@c")
        #expect(SecretText("costs ${5").resolved { (_: String) in "" } == "costs ${5")
    }

    @Test(arguments: [
        ("127.0.0.1:9310", "127.0.0.1:9310", true), ("localhost:0", "127.0.0.1:0", true),
        ("[::1]:80", "[::1]:80", true),
        ("192.0.2.1:80", "192.0.2.1:80", false), ("unix:/run/x", "unix:/run/x", true),
        ("systemd:http", "systemd:http", true),
    ])
    func addressesAreRead(_ text: String, _ description: String, _ isLocal: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == description)
        #expect(address.isLocal == isLocal)
    }

    /// What was meant: one letter in three may be wrong, and swapped neighbors are one.
    @Test(arguments: [
        ("dedline", "deadline"), ("deadlien", "deadline"), ("min_scene", "min-scene"), ("Feeds", "feeds"),
        ("neighbours", "neighbors"), ("stall", nil), ("x", nil), ("zzzzzzzz", nil),
    ])
    func aMistypedKeyIsGuessed(_ key: String, _ meant: String?) {
        #expect(NearestWord.find(key, in: FeedSettings.keys + ["feeds"]) == meant)
    }

    @Test(arguments: [
        "127.0.0.1:80:90", "::1:80", "[127.0.0.1]:80", "[::1:80", "1.2.3:80", "1.2.3.4.5:80", "256.1.1.1:80",
        "a b:80", "a/b:80", "127.0.0.1:-1", "[::g]:80",
        "", "80", "host", "host:99999", "unix:relative", "unix:/" + String(repeating: "x", count: 120),
    ])
    func otherTextsAreNoAddresses(_ text: String) { #expect(ListenAddress(text) == nil) }
}
