import EventDelivery
import EventJournal
import FeedRuntime
import Foundation
import Platform
import SceneEvents
import SceneService
import TestSupport
import Testing
import Timeline

/// The recipes of `docs/how-to/brokers.md`, with real brokers and readers that acknowledge.
@Suite struct BrokerTests {
    /// A broker: the word that ends the name of its recipe, the Python package of its client, and the
    /// address of the page.
    struct Broker: Sendable, CustomStringConvertible {
        var description: String
        var package: String
        var address: String
        /// Runs it at `PORT`, with its files in the folder in which it starts; nil: librdkafka's cluster for
        /// tests, which chooses its addresses.
        var server: String?
        /// Stores an event once that comes twice.
        var knowsRepeats = false

        var program: String { server.map { String($0.prefix { $0 != " " }) } ?? "python3" }
        var isThere: Bool {
            let line = "command -v \(program) && python3 -c 'import \(package)'"
            return ExternalTool.succeeds(["bash", "-c", BrokerTests.path + line])
        }
    }

    /// Sets the path on which brokers and their clients are found: where `scripts/setup --test` puts them
    /// comes first.
    private static let path =
        "PATH=\"\(scened.path):\(Fixtures.root.appending(path: ".build/venv/bin").path):$PATH\"; "

    private static let nats = Broker(
        description: "nats", package: "nats", address: "nats://127.0.0.1:4222",
        server: "nats-server -a 127.0.0.1 -p PORT -js -sd .", knowsRepeats: true)
    private static let redis = Broker(
        description: "redis", package: "redis", address: "redis://127.0.0.1:6379",
        server: "redis-server --port PORT --bind 127.0.0.1 --appendonly yes --save ''")
    private static let mqtt = Broker(
        description: "mqtt", package: "paho.mqtt.client", address: "127.0.0.1:1883",
        server: "mosquitto -p PORT")
    private static let kafka = Broker(
        description: "kafka", package: "confluent_kafka", address: "127.0.0.1:9092", server: nil)

    @Test(.enabled(if: nats.isThere, "nats-server or Python's nats-py is not installed"))
    func natsGetsEveryEventOnce() async throws { try await publish(to: Self.nats) }

    @Test(.enabled(if: redis.isThere, "redis-server or Python's redis is not installed"))
    func redisGetsEveryEvent() async throws { try await publish(to: Self.redis) }

    @Test(.enabled(if: mqtt.isThere, "mosquitto or Python's paho-mqtt is not installed"))
    func mosquittoGetsEveryEvent() async throws { try await publish(to: Self.mqtt) }

    @Test(.enabled(if: kafka.isThere, "Python's confluent-kafka is not installed"))
    func kafkaGetsEveryEvent() async throws { try await publish(to: Self.kafka) }

    /// A broker acknowledges also what its access list forbids. And lines without envelope name no feed.
    @Test(.enabled(if: mqtt.isThere, "mosquitto or Python's paho-mqtt is not installed"))
    func whatABrokerRefusesIsNotTaken() async throws {
        let rig = try await DeliveryRig()
        let folder = rig.folder.path
        let port = LoopbackListener.freePort()
        for (name, text) in [
            ("acl", "topic read #\n"),
            (
                "mosquitto.conf",
                "listener \(port) 127.0.0.1\nallow_anonymous true\nuser root\nacl_file \(folder)/acl\n"
            ),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        let server = try background("exec mosquitto -c mosquitto.conf", in: folder)
        defer { end(server) }
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        let publish = "'\(Fixtures.root.path)/deploy/brokers/publish-mqtt' 127.0.0.1:\(port)"
        let bridge = try background(
            """
            until (: > /dev/tcp/127.0.0.1/\(port)) 2> /dev/null; do sleep 0.1; done
            echo '{"v":1,"type":"scene","seq":1}' | \(publish) 2> bare
            scened events --socket events.sock --attempts 1 --cursor-file cursor --exec-batch "\(publish)" 2> said
            echo $? > status
            """, in: folder)
        defer { end(bridge) }
        #expect(try await received("\(folder)/status") { !$0.isEmpty } == ["75"])
        let said = try await received("\(folder)/said") { _ in true }
        #expect(said.contains { $0.contains("the broker refuses events: Not authorized") }, "\(said)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/cursor"))
        let bare = try await received("\(folder)/bare") { _ in true }
        #expect(bare.count == 1 && bare[0].hasSuffix("leave out --no-envelope"), "\(bare)")
        await rig.service.stop()
    }

    private static let scened = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent()
    private static let readers = Fixtures.root.appending(path: "tools/rig/broker_readers.py").path

    /// Runs `line` in a shell that knows `scened`, and ends it when the test does.
    private func background(_ line: String, in folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", Self.path + "cd '\(folder)'; " + line]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.start()
        return process
    }

    private func end(_ process: Process) {
        // Foundation gives each process a group of its own.
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The documented line for a broker.
    private func recipe(_ broker: Broker) throws -> String {
        let page = try String(
            contentsOf: Fixtures.root.appending(path: "docs/how-to/brokers.md"), encoding: .utf8)
        let line = page.split(separator: "\n").first {
            $0.hasPrefix("scened events ") && $0.contains("publish-\(broker) \(broker.address)")
        }
        return String(try #require(line, "no recipe for \(broker)").prefix { $0 != "#" })
    }

    /// What the reader has got, line by line, once that is what is wanted; after a minute, whatever it has.
    private func received(_ path: String, until isRight: ([String]) -> Bool) async throws -> [String] {
        var lines: [String] = []
        for _ in 0..<300 {
            lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
                .map(String.init)
            if isRight(lines) { break }
            // Not a thread of the pool: the service under test needs them.
            try await Task.sleep(for: .milliseconds(200))
        }
        return lines
    }

    /// Hands events on to a broker and reads them there; then again by a bridge that has forgotten its
    /// place.
    private func publish(to broker: Broker) async throws {
        let rig = try await DeliveryRig()
        let folder = rig.folder.path
        let outlet = try await rig.outlet()
        var address = broker.address
        let server: Process
        if let line = broker.server {
            let port = "\(LoopbackListener.freePort())"
            address = address.split(separator: ":").dropLast().joined(separator: ":") + ":\(port)"
            server = try background("exec " + line.replacingOccurrences(of: "PORT", with: port), in: folder)
        } else {
            server = try background("exec python3 '\(Self.readers)' kafka-cluster servers", in: folder)
            address = try await received("\(folder)/servers") { !$0.isEmpty }.first ?? ""
        }
        defer { end(server) }
        let reader = try background(
            "until python3 '\(Self.readers)' \(broker) \(address) received; do sleep 0.2; done", in: folder)
        defer { end(reader) }
        if broker.description == "mqtt" {
            for _ in 0..<300 where !FileManager.default.fileExists(atPath: "\(folder)/received.ready") {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        let line = try recipe(broker).replacingOccurrences(of: broker.address, with: address)
            .replacingOccurrences(of: "deploy/", with: Fixtures.root.path + "/deploy/")
            .replacingOccurrences(
                of: "scened events", with: "scened events --retry-cap 1 --socket events.sock")
        let bridge = try background(line, in: folder)
        try await outlet.append([
            SampleEvents.start(run: outlet.run), SampleEvents.boundary(1), SampleEvents.scene(0),
        ])
        var reading = JournalsReading(state: folder, feed: nil, start: .oldest, types: [])
        let wanted = try reading.next().map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(wanted.count == 3)
        let first = try await received("\(folder)/received") { Set($0).isSuperset(of: wanted) }
        #expect(first == wanted, "\(broker)")
        // The place is saved once the broker has everything.
        let place = try await received("\(folder)/cursor") { !$0.isEmpty }
        #expect(place == ["f=\(outlet.run):3"])
        end(bridge)
        // A bridge that has forgotten its place hands on everything again: the same, byte by byte.
        try FileManager.default.removeItem(atPath: "\(folder)/cursor")
        let second = try background(line, in: folder)
        defer { end(second) }
        try await outlet.append([SampleEvents.scene(1)])
        let last = try reading.next().map { String(decoding: $0.bytes, as: UTF8.self) }
        let all = try await received("\(folder)/received") { $0.last == last.last }
        #expect(all == wanted + (broker.knowsRepeats ? [] : wanted) + last, "\(broker)")
        await rig.service.stop()
    }
}
