internal import Platform
import ArgumentParser
import JSONText
import SceneIndex

/// `scened index info`: what an index holds.
struct IndexInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what an index holds.",
        discussion: """
            Exit status: 0 done; 64 wrong usage; 65 it is not an index, or it is damaged; 66 it cannot be opened; 141 \
            the reader of the output closed it.
            """)

    @Argument(help: "Folder of the index.")
    var directory: String

    @Flag(help: "List the recordings by name.")
    var recordings = false

    @Flag(help: "Read every row, and compare it with its checksum.")
    var verify = false

    @Flag(help: "Print one JSON object; with --recordings, one for each recording.")
    var json = false

    func run() throws {
        let index: SceneIndex
        let threshold: IndexThreshold?
        do throws(IndexError) {
            index = try SceneIndex(directory: absolutePath(directory), files: PosixFiles())
            threshold = try index.threshold(PosixFiles())
            if verify { try index.verify() }
        } catch {
            throw CommandFailure(error)
        }
        let output = LineOutput.standardOutput()
        if recordings {
            for entry in index.book.live {
                try output.write((json ? Self.object(entry) : Self.row(entry)) + "\n")
            }
        } else {
            try output.write((json ? object(index, threshold) : text(index, threshold)) + "\n")
        }
    }

    private static func object(_ entry: RecordingEntry) -> String {
        var line = JSONLine()
        line.field("recording", entry.name)
        line.field("scenes", entry.count)
        line.field("first_row", entry.first)
        line.field("indexed", entry.indexed)
        line.field("aired", entry.aired)
        return line.object
    }

    private static func row(_ entry: RecordingEntry) -> String {
        let count = String(entry.count)
        return String(repeating: " ", count: max(0, 7 - count.count)) + count + "  "
            + (entry.aired ?? entry.indexed) + "  " + MatchTable.shown(entry.name)
    }

    private func object(_ index: SceneIndex, _ threshold: IndexThreshold?) -> String {
        var line = JSONLine()
        line.field("recordings", index.book.live.count)
        line.field("scenes", index.sceneCount)
        line.field("encoder", index.manifest.encoder)
        line.field("digest", index.manifest.digest)
        line.field("scene_encoder", index.manifest.sceneEncoder)
        line.field("scene_encoder_digest", index.manifest.sceneDigest)
        line.field("dimension", index.manifest.dimension)
        line.field("rows", index.book.rowCount)
        line.field("bytes", index.byteCount)
        if let threshold {
            line.field("threshold", microseconds: Int64((threshold.threshold * 1_000_000).rounded()))
        }
        return line.object
    }

    private func text(_ index: SceneIndex, _ threshold: IndexThreshold?) -> String {
        let manifest = index.manifest
        let digest = manifest.digest.map { ", weights \($0.prefix(12))" } ?? ""
        let weights = manifest.sceneDigest.map { ", weights \($0.prefix(12))" } ?? ""
        let removed = index.book.rowCount - index.sceneCount
        return """
            recordings     \(index.book.live.count)
            scenes         \(index.sceneCount)\(removed > 0 ? ", and \(removed) that were removed" : "")
            encoder        \(manifest.encoder)\(digest)
            scene encoder  \(manifest.sceneEncoder)\(weights)
            width          \(manifest.dimension)
            bytes          \(index.byteCount)
            """
                + (threshold.map { "\nthreshold      \($0.threshold)" } ?? "")
    }
}
