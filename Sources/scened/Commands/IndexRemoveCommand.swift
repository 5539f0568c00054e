internal import Platform
import ArgumentParser
import SceneIndex

/// `scened index remove`: takes recordings out of an index.
struct IndexRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove recordings from an index.",
        discussion: """
            Searches no longer find their scenes. index merge into a new index frees their disk space.

            Exit status: 0 done; 64 wrong usage; 65 it is not an index, is damaged, or holds no recording of that \
            name: then none is removed; 66 it cannot be opened; 73 it cannot be written, or another command writes \
            to it.
            """)

    @Argument(help: "Folder of the index.")
    var directory: String

    @Argument(help: "Names of recordings, as index info --recordings lists them.")
    var recordings: [String]

    func run() throws {
        let directory = absolutePath(directory)
        do throws(IndexError) {
            let writer = try SceneIndexWriter(directory: directory, files: PosixFiles(), fresh: nil)
            var names: [String] = []
            for name in recordings {
                guard let entry = writer.book.entry(told: name) else { throw .unknown(name, directory) }
                names.append(entry.name)
            }
            for name in names where writer.book.entry(named: name) != nil { try writer.remove(name) }
        } catch {
            throw CommandFailure(error)
        }
    }
}
