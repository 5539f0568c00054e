import Foundation
import TestSupport
import Testing

/// `scened run --shard`: several processes, one configuration, each feed once.
@Suite struct ShardTests {
    private static let names = (0..<7).map { "feed\($0)" }

    private static func site(_ names: [String]) throws -> RunSite {
        let site = try RunSite([])
        try write(names, to: site)
        return site
    }

    private static func write(_ names: [String], to site: RunSite) throws {
        try site.write(names.map { ($0, "tcp://127.0.0.1:1") })
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("http: null", with: "http: {listen: \"unix:\(site.folder.path)/%s.sock\"}")
            .replacing("\(site.folder.path)/state", with: "\(site.folder.path)/state-%s")
            .write(to: site.file, atomically: true, encoding: .utf8)
    }

    private static func page(_ path: String, _ site: RunSite, _ shard: Int) throws -> String {
        try ExternalTool.run([
            "curl", "-s", "--retry", "50", "--retry-delay", "0", "--retry-all-errors", "--unix-socket",
            "\(site.folder.path)/\(shard).sock", "http://localhost\(path)",
        ]).output
    }

    /// Names of the feeds that a shard shows.
    private static func shown(_ site: RunSite, _ shard: Int) throws -> [String] {
        let named = try page("/v1/feeds", site, shard).matches(of: /"feed":"(feed\d+)","state"/)
        return named.map { String($0.1) }
    }

    /// What `check-config` says is in a shard.
    private static func share(_ site: RunSite, _ shard: String) throws -> [String] {
        let check = try Program.run(["check-config", site.file.path, "--shard", shard])
        #expect(check.status == 0, "\(check.errors)")
        return check.output.matches(of: /feed\d+/).map { String($0.0) }
    }

    @Test func eachFeedRunsOnceAndAReloadKeepsToItsShare() throws {
        let site = try Self.site(Self.names)
        let runs = try (0..<3).map { try LiveRun(["run", site.file.path, "--shard", "\($0)/3"]) }
        defer { for run in runs { run.send(signal: SIGKILL) } }
        var all: [String] = []
        for shard in 0..<3 {
            let wanted = try Self.share(site, "\(shard)/3")
            var shown: [String] = []
            while shown.count < wanted.count, runs[shard].isRunning { shown = try Self.shown(site, shard) }
            #expect(shown == wanted.sorted())
            let metrics = try Self.page("/metrics", site, shard)
            let named = Set(metrics.matches(of: /feed="(feed\d+)"/).map { String($0.1) })
            #expect(named == Set(wanted))
            all += shown
        }
        #expect(all.sorted() == Self.names)
        // Two feeds go and five come: each shard takes those that are its own.
        let names = Array(Self.names.dropFirst(2)) + (7..<12).map { "feed\($0)" }
        try Self.write(names, to: site)
        for (shard, run) in runs.enumerated() {
            run.send(signal: SIGHUP)
            let wanted = try Self.share(site, "\(shard)/3").sorted()
            var shown: [String] = []
            while shown != wanted, run.isRunning { shown = try Self.shown(site, shard).sorted() }
            #expect(shown == wanted)
        }
        for run in runs {
            run.send(signal: SIGTERM)
            #expect(try run.wait().status == 0)
        }
    }

    /// A shard without feeds runs and is ready: there may be more of them tomorrow.
    @Test func anEmptyShardIsReady() throws {
        let site = try Self.site(["feed0"])
        let empty = try #require(try (0..<2).first { try Self.share(site, "\($0)/2").isEmpty })
        let run = try LiveRun(["run", site.file.path, "--shard", "\(empty)/2"])
        var body = ""
        while !body.contains("\"ready\":true"), run.isRunning { body = try Self.page("/readyz", site, empty) }
        #expect(body == "{\"ready\":true,\"reasons\":[],\"feeds\":{}}\n")
        run.send(signal: SIGTERM)
        #expect(try run.wait().status == 0)
    }

    @Test(arguments: ["3/3", "-1/3", "1", "1/0", "a/b", " "])
    func whatIsNoShardIsRefused(_ shard: String) throws {
        let site = try Self.site(["feed0"])
        for command in ["run", "check-config"] {
            let run = try Program.run([command, site.file.path, "--shard=\(shard)"])
            #expect(
                run.status == 64 && run.errors.contains("--shard takes I/N, such as 0/4 to 3/4"),
                "\(run.errors)")
        }
    }
}
