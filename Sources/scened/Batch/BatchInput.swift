import ArchiveBatch
import FoundationEssentials
import Glibc
import Platform
import TextFiles

/// Where the films of a batch come from: a list, a folder, or standard input.
enum BatchInput {
    /// Names of films end so.
    static let extensions: Set<String> = [
        "3gp", "asf", "avi", "dv", "f4v", "flv", "gxf", "m2t", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg",
        "mpg", "mts",
        "mxf", "ogm", "ogv", "ts", "vob", "webm", "wmv",
    ]

    /// The films of a batch.
    ///
    /// - Parameters:
    ///   - path: of a list or a folder; `-` is a list on standard input.
    ///   - output: folder of the results, absolute: what lies in it is no film of the batch.
    /// - Returns: the films, in the order of the list, or by name.
    /// - Throws: `CommandFailure`: it cannot be opened, or is no list.
    static func items(_ path: String, output: String) throws(CommandFailure) -> [BatchItem] {
        var facts = stat()
        let isFolder =
            path != "-" && FileName.withBytes(path, { stat($0, &facts) }) == 0
            && facts.st_mode & S_IFMT == S_IFDIR
        let bytes = isFolder ? [] : try InputFile.bytes(path, limit: 1 << 30, longestLine: 1 << 16)
        if isFolder { return try folder(path, output: output) }
        do throws(BatchError) {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return try BatchList.items(
                lines.map { FileName.text($0) }, of: path == "-" ? "standard input" : path)
        } catch {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
    }

    /// All films in a folder and those below it, by name; hidden ones, and what links lead to folders, are
    /// left out.
    ///
    /// - Throws: `CommandFailure`: a folder cannot be listed, or a name cannot name results. A film that was
    ///   not seen must not pass for one that is done.
    private static func folder(_ path: String, output: String) throws(CommandFailure) -> [BatchItem] {
        let root = path.hasSuffix("/") ? String(path.dropLast()) : path
        var items: [BatchItem] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let place = folder.isEmpty ? root : "\(root)/\(folder)"
            guard absolutePath(place) != output else { continue }
            let names: [String]
            do throws(DurableFileError) {
                names = try PosixFiles().names(in: absolutePath(place))
            } catch {
                throw CommandFailure(status: .cannotOpen, message: error.description)
            }
            for name in names.sorted() where !name.hasPrefix(".") {
                let id = folder.isEmpty ? name : "\(folder)/\(name)"
                var facts = stat()
                guard FileName.withBytes("\(root)/\(id)", { lstat($0, &facts) }) == 0 else {
                    // It has just been taken away.
                    if errno == ENOENT { continue }
                    throw CommandFailure(
                        status: .cannotOpen,
                        message: CommandFailure.message("examine", "'\(root)/\(id)'", errno))
                }
                if facts.st_mode & S_IFMT == S_IFDIR {
                    folders.append(id)
                } else if let point = name.lastIndex(of: "."),
                    extensions.contains(name[name.index(after: point)...].lowercased())
                {
                    do throws(BatchError) {
                        items.append(try BatchItem(id: id, input: "\(root)/\(id)"))
                    } catch {
                        throw CommandFailure(status: .noVideo, message: error.description)
                    }
                }
            }
        }
        items.sort { $0.id < $1.id }
        return items
    }
}
