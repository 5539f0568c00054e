import Foundation
import TestSupport
import Testing

/// Whether a test can take away from a process what a pod does not have.
private enum Confinement {
    static let isPossible =
        getuid() == 0
        && ExternalTool.succeeds([
            "unshare", "--mount", "setpriv", "--reuid", "950", "--regid", "950", "--clear-groups",
            "--bounding-set=-all", "--no-new-privs", "true",
        ])
}

/// What a supervisor may rely on, be it systemd or Kubernetes: signals, probes, exit status; without
/// privileges, and with nothing that can be written but the volumes.
@Suite(.enabled(if: Confinement.isPossible, "needs root, unshare and setpriv"))
struct ProcessContractTests {
    /// A pod's file system: read-only but for the state and the sockets. `$1` is the folder of both; what
    /// follows runs as the user of the image, without capabilities.
    private static let confined = """
        volumes=$1; shift
        for name in state run; do mount -t tmpfs -o mode=0755,uid=950,gid=950 tmpfs "$volumes/$name"; done
        while read -r _ place _; do
            case "$place" in "$volumes"/*|/proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$place" 2>/dev/null ;; esac
        done < /proc/self/mounts
        if touch "$volumes/probe" 2>/dev/null; then echo 'the root can be written' >&2; exit 99; fi
        exec setpriv --reuid 950 --regid 950 --clear-groups --bounding-set=-all --no-new-privs "$@"
        """

    /// A site whose volumes stand under `folder`; `inputs` by feed.
    private struct Pod {
        let folder: URL
        var http: String { "\(folder.path)/run/http.sock" }

        init(_ feeds: [(name: String, input: String)], extra: String = "") throws {
            folder = try Scratch.emptyFolder()
            for name in ["state", "run"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name), withIntermediateDirectories: true)
            }
            // The user must find what is his.
            var place = folder
            while place.path.hasPrefix(Scratch.folder.path) {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.path)
                place.deleteLastPathComponent()
            }
            try write(feeds, extra: extra)
        }

        func write(_ feeds: [(name: String, input: String)], extra: String = "") throws {
            let list = feeds.map { "  - {name: \($0.name), input: \"\($0.input)\"}\n" }.joined()
            try """
            state: \(folder.path)/state
            http: {listen: "unix:\(http)"}
            socket: {listen: "unix:\(folder.path)/run/events.sock"}
            defaults: {stall-after: 1, heartbeat: 0.5, reconnect-cap: 0.5, split-after: 2, neighbors: 2}
            sinks: [{to: stdout, envelope: true}]
            \(extra)
            feeds:
            \(list)
            """.write(to: folder.appending(path: "scened.yaml"), atomically: true, encoding: .utf8)
        }

        func start(_ words: [String] = []) throws -> LiveRun {
            try LiveRun(
                [
                    "--mount", "--propagation", "private", "bash", "-c", ProcessContractTests.confined,
                    "bash", folder.path,
                    Program.scened.path, "run", folder.appending(path: "scened.yaml").path,
                ] + words, executable: URL(filePath: "/usr/bin/unshare"), limit: 60)
        }

        /// Status and body of a page, asked in the namespace of `run`.
        func page(_ path: String, of run: LiveRun) throws -> (status: Int, body: String) {
            let answer = try ExternalTool.run([
                "nsenter", "--mount", "--target", "\(run.identifier)", "curl", "-s", "--retry", "50",
                "--retry-delay", "0",
                "--retry-connrefused", "--retry-all-errors", "-w", "\\n%{http_code}", "--unix-socket", http,
                "http://localhost\(path)",
            ])
            let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
            return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
        }
    }

    /// Sources that are away, refuse or stall take no pod out of service, and do not have it started anew.
    @Test func deadSourcesFailNoProbe() throws {
        let stalling = FeedSource([[.send(try WatchTests.film(upTo: 0.4)), .hold]])
        let pod = try Pod([("stalls", "tcp://127.0.0.1:\(stalling.port)"), ("away", "tcp://127.0.0.1:1")])
        let run = try pod.start()
        _ = try run.ever("stalls", "gap")
        #expect(try pod.page("/healthz", of: run).status == 200)
        let ready = try pod.page("/readyz", of: run)
        #expect(ready.status == 200 && ready.body.contains("\"ready\":true"), "\(ready.body)")
        // Its own process reads the feed, confined as far as in any other place.
        let metrics = try pod.page("/metrics", of: run).body
        #expect(metrics.contains("scened_feed_confined{feed=\"stalls\"} 1"), "\(metrics)")
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 0, "\(run.said)")
        stalling.close()
    }

    /// SIGTERM: everything is written and the end is told, within the time; what was begun goes on in the
    /// next pod that gets the volume. Status 0.
    @Test func aStopIsInOrder() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.6)), .hold]])
        let pod = try Pod([("live", "tcp://127.0.0.1:\(source.port)")], extra: "limits: {drain: 15}")
        let run = try pod.start()
        _ = try run.ever("live", "shot")
        let begun = ContinuousClock.now
        run.send(signal: SIGTERM)
        let end = try run.finish()
        #expect(end.status == 0, "\(end.errors)")
        #expect(ContinuousClock.now - begun < .seconds(15))
        #expect(run.events.last?.inside("live", "stream_end") != nil)
        source.close()
    }

    /// SIGHUP: another configuration is taken over, a wrong one is not.
    @Test func aReloadNeedsNoPrivilege() throws {
        let pod = try Pod([("one", "tcp://127.0.0.1:1")])
        let run = try pod.start()
        _ = try pod.page("/readyz", of: run)
        #expect(try pod.page("/readyz", of: run).body.contains("\"one\""))
        try pod.write([("two", "tcp://127.0.0.1:1")])
        run.send(signal: SIGHUP)
        // The feed that left the configuration drains beside the new one, and is gone then.
        var body = ""
        while !body.contains("\"two\"") || body.contains("\"one\""), run.isRunning {
            body = try pod.page("/readyz", of: run).body
        }
        #expect(body.contains("\"two\"") && !body.contains("\"one\""), "\(run.said)")
        try pod.write([("two", "tcp://127.0.0.1:1")], extra: "nonsense: 1")
        run.send(signal: SIGHUP)
        var metrics = ""
        while !metrics.contains("scened_reloads_total{result=\"refused\"} 1"), run.isRunning {
            metrics = try pod.page("/metrics", of: run).body
        }
        #expect(try pod.page("/readyz", of: run).body.contains("\"two\""))
        run.send(signal: SIGTERM)
        #expect(try run.finish().status == 0)
    }

    /// What does not mend itself has a status of its own.
    @Test func statusSaysWhatIsWrong() throws {
        let pod = try Pod([("one", "tcp://127.0.0.1:1")], extra: "nonsense: 1")
        let wrong = try pod.start()
        #expect(try wrong.finish().status == 78)
        #expect(wrong.said.split(separator: "\n").count == 1, "\(wrong.said)")
        let usage = try pod.start(["--shard", "4/4"])
        #expect(try usage.finish().status == 64)
        try pod.write([("one", "tcp://127.0.0.1:1")])
        let text = try String(contentsOf: pod.folder.appending(path: "scened.yaml"), encoding: .utf8)
        try text.replacing("state: \(pod.folder.path)/state", with: "state: \(pod.folder.path)/elsewhere")
            .write(to: pod.folder.appending(path: "scened.yaml"), atomically: true, encoding: .utf8)
        let readOnly = try pod.start()
        #expect(try readOnly.finish().status == 73)
        #expect(readOnly.said.split(separator: "\n").count == 1, "\(readOnly.said)")
    }
}
