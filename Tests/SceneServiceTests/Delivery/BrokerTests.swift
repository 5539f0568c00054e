import SceneService
import Foundation
import SceneEvents
import Platform
import FeedRuntime
import EventJournal
import EventDelivery
import TestSupport
import Testing
import Timeline

/// The recipes of `docs/how-to/brokers.md`, with real brokers.
@Suite struct BrokerTests {
    private static let scened = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("scened").path

    /// Runs `line` in a shell that knows `scened` and the variables, and ends it when the test does.
    private func background(_ line: String, _ environment: [String: String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "PATH=\"$(dirname '\(Self.scened)'):$PATH\"; " + line]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.start()
        return process
    }

    private func end(_ process: Process) {
        // Foundation gives each process a group of its own, and the mask of a thread that blocks what can be
        // blocked.
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The documented line for a broker, with addresses of the test.
    private func recipe(_ name: String, _ replacements: [String: String]) throws -> String {
        let page = try String(
            contentsOf: Fixtures.root.appending(path: "docs/how-to/brokers.md"), encoding: .utf8)
        let line = page.split(separator: "\n").first { $0.contains("events --socket") && $0.contains(name) }
        var recipe = String(try #require(line)).split(separator: "#").first.map(String.init) ?? ""
        for (text, replacement) in replacements {
            try #require(recipe.contains(text), "the recipe for \(name) has no \(text)")
            recipe = recipe.replacingOccurrences(of: text, with: replacement)
        }
        return recipe
    }

    /// Asks until the answer is what is wanted, for at most a minute.
    private func eventually(_ arguments: [String], _ isRight: (String) -> Bool) async throws -> String {
        var answer = ""
        for _ in 0..<300 {
            answer = (try? ExternalTool.run(arguments))?.output ?? ""
            if isRight(answer) { break }
            // Not a thread of the pool: the service under test needs them.
            try await Task.sleep(for: .milliseconds(200))
        }
        return answer
    }

    @Test(.enabled(if: ExternalTool.isThere("redis-server"), "redis-server is not installed"))
    func redis() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let port = "\(LoopbackListener.freePort())"
        let server = try background(
            "exec redis-server --port \(port) --bind 127.0.0.1 --save '' --dir \(rig.folder.path)", [:])
        defer { end(server) }
        _ = try await eventually(["redis-cli", "-p", port, "ping"]) { $0.hasPrefix("PONG") }
        let recipe = try recipe(
            "redis-cli", ["/run/scened/events.sock": rig.socketPath, "redis-cli": "redis-cli -p \(port)"])
        let bridge = try background(
            recipe.replacingOccurrences(of: "--socket", with: "--after start --socket"), [:])
        defer { end(bridge) }
        try await outlet.append([
            SampleEvents.start(run: outlet.run), SampleEvents.boundary(1), SampleEvents.scene(0),
        ])
        let entries = try await eventually(["redis-cli", "-p", port, "xrange", "scened", "-", "+"]) {
            $0.contains("\"type\":\"scene\"")
        }
        #expect(entries.contains("\"type\":\"boundary\""))
        #expect(entries.contains("\"type\":\"scene\""))
        await rig.service.stop()
    }

    @Test(
        .enabled(
            if: ExternalTool.isThere("mosquitto") && ExternalTool.isThere("mosquitto_sub"),
            "mosquitto is not installed"))
    func mosquitto() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        let port = "\(LoopbackListener.freePort())"
        let server = try background("exec mosquitto -p \(port)", [:])
        defer { end(server) }
        let file = "\(rig.folder.path)/received"
        _ = try await eventually(["mosquitto_pub", "-p", port, "-t", "x", "-m", "x", "-d"]) {
            $0.contains("CONNACK (0)")
        }
        let subscriber = try background("exec mosquitto_sub -p \(port) -q 1 -t scened > \(file)", [:])
        defer { end(subscriber) }
        // The subscriber is there once it hears something.
        _ = try await eventually([
            "sh", "-c", "mosquitto_pub -p \(port) -q 1 -t scened -m hello; cat \(file)",
        ]) { $0.contains("hello") }
        let recipe = try recipe(
            "mosquitto_pub",
            ["/run/scened/events.sock": rig.socketPath, "mosquitto_pub": "mosquitto_pub -p \(port)"])
        let bridge = try background(
            recipe.replacingOccurrences(of: "--socket", with: "--after start --socket"), [:])
        defer { end(bridge) }
        try await outlet.append([
            SampleEvents.start(run: outlet.run), SampleEvents.boundary(1), SampleEvents.scene(0),
        ])
        let received = try await eventually(["cat", file]) { $0.contains("\"type\":\"scene\"") }
        #expect(received.contains("\"type\":\"boundary\""))
        #expect(received.contains("\"type\":\"scene\""))
        await rig.service.stop()
    }
}
