import EventDelivery
import SceneService
import Testing

/// Which process runs which feed of a configuration that several share.
@Suite struct FeedShardTests {
    private static let names = (0..<4000).map { "camera-\($0)" }

    @Test(arguments: [
        "", "1", "/", "1/", "/4", "4/4", "-1/4", "+1/4", "0/0", "1/2/3", "a/b", "0x1/4", " 0/4", "0/4 ",
        "0/10001",
        "0/99999999999999999999",
    ])
    func refusesWhatIsNoShard(_ text: String) { #expect(FeedShard(text) == nil) }

    @Test func readsWhatItWrites() throws {
        for text in ["0/1", "0/4", "3/4", "9999/10000"] {
            #expect(try #require(FeedShard(text)).description == text)
        }
        #expect(FeedShard("0/1") == .whole)
    }

    /// Every feed belongs to one shard, and no shard has many more than its share: twice the square root of
    /// it is two standard deviations of chance.
    @Test(arguments: [1, 2, 3, 7, 16, 64])
    func sharesAreWholeAndEven(_ count: Int) throws {
        var sizes = [Int](repeating: 0, count: count)
        for name in Self.names { sizes[FeedShard.owner(of: name, among: count)] += 1 }
        let share = Double(Self.names.count) / Double(count)
        for (index, size) in sizes.enumerated() {
            let shard = try #require(FeedShard("\(index)/\(count)"))
            #expect(Self.names.count(where: shard.holds) == size)
            #expect(abs(Double(size) - share) <= 4 * share.squareRoot(), "\(index)/\(count): \(size)")
        }
    }

    /// One shard more takes one feed in N, from everybody; no feed moves between those that were there.
    @Test(arguments: 1..<24)
    func aShardMoreMovesItsShareAlone(_ count: Int) {
        var moved = 0
        for name in Self.names {
            let (before, after) = (
                FeedShard.owner(of: name, among: count), FeedShard.owner(of: name, among: count + 1)
            )
            guard before != after else { continue }
            moved += 1
            #expect(after == count, "\(name) moved from \(before) to \(after)")
        }
        let share = Double(Self.names.count) / Double(count + 1)
        #expect(abs(Double(moved) - share) <= 4 * share.squareRoot(), "\(moved) moved, \(share) expected")
    }

    /// What is where may not change with a release: feeds would move. Worked out in Python.
    @Test func ownersStayWhatTheyAre() {
        let owners = ["news", "hall", "lobby", "camera-1", "camera-2", "a"].map {
            FeedShard.owner(of: $0, among: 8)
        }
        #expect(owners == [2, 7, 0, 1, 3, 4])
    }

    @Test func aNumberStandsInAddresses() throws {
        let shard = try #require(FeedShard("3/8"))
        let table = [
            "unix:/run/scened/%s/http.sock": "unix:/run/scened/3/http.sock",
            "127.0.0.1:9310+%s": "127.0.0.1:9313", "[::1]:9310+%s": "[::1]:9313",
            "127.0.0.1:9310": "127.0.0.1:9310",
            "/var/lib/scened/%s": "/var/lib/scened/3", "127.0.0.1:x+%s": "127.0.0.1:x+3",
        ]
        for (text, placed) in table { #expect(shard.placed(text) == placed) }
        #expect(FeedShard.whole.placed("127.0.0.1:9310+%s") == "127.0.0.1:9310")
    }

    private static let yaml = """
        state: /var/lib/scened/%s
        http: {listen: "127.0.0.1:9310+%s"}
        socket: {listen: "unix:/run/scened/%s.sock"}
        sinks:
          - {to: file, name: log, path: "/var/log/%s-%f.jsonl", feeds: [f1, f2]}
        feeds:
        \((0..<20).map { "  - {name: f\($0), input: \"udp://239.0.0.1:\(5000 + $0)\"}" }.joined(separator: "\n"))
        """

    @Test func aConfigurationHoldsItsShareAndIsCheckedWhole() throws {
        let whole = try ServiceConfiguration(yaml: Self.yaml, file: "f.yaml")
        #expect(whole.feeds.count == 20 && whole.listedFeeds == 20 && whole.state == "/var/lib/scened/0")
        var found: [String] = []
        for index in 0..<3 {
            let shard = try #require(FeedShard("\(index)/3"))
            let part = try ServiceConfiguration(yaml: Self.yaml, file: "f.yaml", shard: shard)
            #expect(part.feeds.map(\.name).allSatisfy(shard.holds) && part.listedFeeds == 20)
            #expect(part.http?.description == "127.0.0.1:\(9310 + index)")
            #expect(part.socket?.description == "unix:/run/scened/\(index).sock")
            #expect(part.state == "/var/lib/scened/\(index)")
            // A sink may name feeds of other shards.
            guard case .file(let sink)? = part.sinks.first else {
                Issue.record("no sink")
                continue
            }
            #expect(sink.path == "/var/log/\(index)-%f.jsonl")
            found += part.feeds.map(\.name)
        }
        #expect(found.sorted() == whole.feeds.map(\.name).sorted())
        // A fault in a feed of any shard is a fault.
        let wrong = Self.yaml + "\n  - {name: \"f0\", input: x}"
        for index in 0..<3 {
            #expect(throws: ConfigurationError.self) {
                try ServiceConfiguration(
                    yaml: wrong, file: "f.yaml", shard: FeedShard("\(index)/3") ?? .whole)
            }
        }
    }
}
