import Foundation
import Testing

/// The plan that CONTRIBUTING draws holds: who knows whom, and how comments are written.
@Suite struct HouseTests {
    /// The rooms that know network, TLS and YAML, the C libraries that one room alone imports.
    private static let owners: [String: Set<String>] = [
        "NIOCore": ["EventDelivery", "JournalStudy", "SceneService", "SceneServiceTests"],
        "NIOPosix": ["EventDelivery", "JournalStudy", "SceneService", "SceneServiceTests"],
        "NIOHTTP1": ["EventDelivery", "SceneServiceTests"],
        "NIOSSL": ["EventDelivery", "SceneService", "SceneServiceTests"],
        "NIOTLS": ["EventDelivery"],
        "Yams": ["SceneService"],
        "CFFmpeg": ["MediaInput", "MediaOutput"],
        "CFFmpegShim": ["MediaInput", "MediaOutput"],
        "COpenBLAS": ["TensorKernels"],
        "CConfinement": ["FeedRuntime", "scened"],
        "CHeap": ["SceneTraining"],
        "CLibcrypto": ["Digests"],
        "CSQLite": ["SceneCatalogue"],
        "CVerdictWeights": ["ShotDetection"],
        "CRelationalWeights": ["SceneModel"],
        "SceneService": ["scened", "SceneServiceTests"],
        "SceneKit": ["SceneKitProbe", "SceneKitTests"],
    ]

    private static func sources() throws -> [(path: String, text: String)] {
        try Documentation.texts(below: ["Sources", "Tests"]).filter { $0.path.hasSuffix(".swift") }
    }

    /// `Sources/Room/...` and `Tests/Room/...` are of that room.
    private static func room(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        guard let place = parts.firstIndex(where: { $0 == "Sources" || $0 == "Tests" }),
            place + 1 < parts.count
        else { return "" }
        return parts[place + 1]
    }

    private static func imports(in text: String) -> Set<String> {
        Set(text.matches(of: #/(?m)^(?:@\S+ )?(?:\w+ )?import (\w+)$/#).map { String($0.1) })
    }

    @Test func everyLibraryHasItsRooms() throws {
        var seen: Set<String> = []
        for (path, text) in try Self.sources() {
            let room = Self.room(of: path)
            for name in Self.imports(in: text) {
                guard let rooms = Self.owners[name] else { continue }
                seen.insert(name)
                #expect(rooms.contains(room), "\(path) imports \(name), which is for \(rooms.sorted())")
            }
        }
        // None of the names above is out of date.
        #expect(seen == Set(Self.owners.keys))
    }

    @Test func nothingIsImportedTwice() throws {
        for (path, text) in try Self.sources() {
            let names = text.matches(of: #/(?m)^(?:@\S+ )?(?:\w+ )?import (\w+)$/#).map { String($0.1) }
            #expect(Set(names).count == names.count, "\(path)")
        }
    }

    /// A command that segments, finds shots, scores or trains knows nothing of the service.
    @Test func segmentingKnowsNoService() throws {
        let service: Set<String> = ["SceneService", "EventDelivery", "EventJournal", "FeedRuntime"]
        let commands = ["SegmentCommand", "ShotsCommand", "EmbedCommand", "ExportCommand", "EvaluateCommand"]
        var count = 0
        for (path, text) in try Self.sources()
        where commands.contains(where: { path.hasSuffix("/\($0).swift") }) {
            count += 1
            #expect(Self.imports(in: text).isDisjoint(with: service), "\(path)")
        }
        #expect(count == commands.count)
    }

    /// Every target of the manifest stands below those that depend on it, and imports no room that it does
    /// not name.
    @Test func roomsImportWhatTheManifestNames() throws {
        let manifest = try String(
            contentsOf: Program.repository.appending(path: "Package.swift"), encoding: .utf8)
        var named: [String: Set<String>] = [:]
        var order: [String] = []
        for block in manifest.split(separator: #/\n        \.(?:target|executableTarget|testTarget)\(/#)
            .dropFirst()
        {
            let names = block.prefix { $0 != "]" }.matches(of: #/"([A-Za-z0-9]+)"/#).map { String($0.1) }
            guard let name = names.first else { continue }
            named[name] = Set(names.dropFirst())
            order.append(name)
        }
        #expect(order.count > 40)
        for (place, name) in order.enumerated() {
            for other in named[name] ?? [] {
                guard let below = order.firstIndex(of: other) else { continue }
                #expect(below < place, "\(name) depends on \(other), which stands above it")
            }
        }
        for (path, text) in try Self.sources() {
            let room = Self.room(of: path)
            guard let allowed = named[room] else { continue }
            let missing = Self.imports(in: text).filter { order.contains($0) && !allowed.contains($0) }
            #expect(missing.isEmpty, "\(path) imports \(missing.sorted()), which \(room) does not name")
        }
    }

    /// Other packages see SceneKit alone: nothing else is public, and it hands on nobody's types.
    @Test func onlySceneKitIsPublic() throws {
        let declaration = #/(?m)^ *(?:@\S+ )*(?:public|open (?:class|func|var)) /#
        #expect("    public init() {}".contains(declaration))
        var count = 0
        for (path, text) in try Self.sources() where !path.hasSuffix("HouseTests.swift") {
            let isPublic = text.contains(declaration)
            if Self.room(of: path) == "SceneKit" {
                count += isPublic ? 1 : 0
                // What is imported `internal` no public declaration can mention.
                let imports = text.matches(of: #/(?m)^.*\bimport \w+$/#)
                #expect(imports.allSatisfy { $0.0.hasPrefix("internal import ") }, "\(path)")
            } else {
                #expect(!isPublic, "\(path) has a public declaration")
            }
        }
        #expect(count > 5)
    }

    /// Paths reach the system by their bytes, for names of files need not be text.
    @Test func pathsKeepTheirBytes() throws {
        let calls = [
            #/(?:^|[^\w.])open\((?!\$0)[^()]*O_(?:RDONLY|WRONLY|RDWR|PATH)/#,
            #/(?:^|[^\w.])l?stat\((?!\$0)\w[^()]*, &/#,
            #/(?:^|[^\w.])access\((?!\$0)[^()]*_OK/#,
            #/(?:^|[^\w.])(?:opendir|mkdir|rmdir|unlink|realpath|sqlite3_open_v2)\((?!\$0|template\))/#,
            #/FileManager\.default|contentsOf: URL|contentsOfFile/#,
        ]
        // Studies, and folders below the temporary one.
        let others = ["/TrainingStudy/", "/CapacityCommand.swift"]
        var count = 0
        for (path, text) in try Self.sources()
        where path.contains("Sources/") && !others.contains(where: path.contains) {
            count += text.matches(of: #/FileName\.withBytes\(/#).count
            for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                for call in calls { #expect(!line.contains(call), "\(path): \(line)") }
            }
        }
        #expect(count > 60)
    }

    /// Comments fit into 110 columns; the formatter wraps code alone.
    @Test func commentsFit() throws {
        for (path, text) in try Self.sources() {
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let code = line.drop { $0 == " " }
                #expect(
                    !code.hasPrefix("//") || line.count <= 110,
                    "\(path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    /// One spelling, that of the Swift API: color, center, neighbor.
    @Test func spellingIsAmerican() throws {
        let british = #/(?i)\b\w*(?:colou[r]|neighbou[r]|labell[e]d|normali[s]|optimi[s]|behaviou[r])\w*/#
        #expect("two neighbou\u{72}s".contains(british))
        for (path, text) in try Self.sources() where !path.hasSuffix("HouseTests.swift") {
            for line in text.split(separator: "\n") where line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(!line.contains(british), "\(path): \(line)")
            }
        }
    }
}
