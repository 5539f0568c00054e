import ArchiveBatch
import Glibc
import Platform

/// Where the films of a batch come from: a list, a folder, one film, or a list on standard input.
enum BatchInput {
    /// What was found.
    struct Films {
        /// In the order of the list, or by name.
        var items: [BatchItem] = []
        /// How many files of a folder do not end as films do, by their endings.
        var passedOver: [String: Int] = [:]
    }

    /// The films of a batch.
    ///
    /// - Parameters:
    ///   - path: of a list, a folder or a film; `-` is a list on standard input.
    ///   - output: folder of the results, absolute: what lies in it is no film of the batch.
    /// - Returns: the films, and what was passed over.
    /// - Throws: `CommandFailure`: it cannot be opened, or is no list; the results would lie among the films.
    static func films(_ path: String, output: String) throws(CommandFailure) -> Films {
        let kind = path == "-" ? nil : FileKind(path: path)
        if kind == .folder { return try folder(path, output: output) }
        if kind == .file, FilmEndings.isFilm(path) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return Films(items: [BatchItem(found: name, input: path)])
        }
        return Films(items: try list(path, isFile: kind == .file))
    }

    /// A path without slashes and `/.` at its end.
    static func tidied(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") || path.hasSuffix("/.") {
            path = String(path.dropLast(path.hasSuffix("/") ? 1 : 2))
        }
        return path.isEmpty ? "/" : path
    }

    // MARK: lists

    private static let headSize = 1 << 16

    private static func list(_ path: String, isFile: Bool) throws(CommandFailure) -> [BatchItem] {
        // A film of another name may be long: its first bytes tell it.
        if isFile, let head = try? PosixFiles().read(path, from: 0, count: headSize) {
            try requireText(head, path)
        }
        let bytes = try InputFile.bytes(path, limit: 1 << 30, longestLine: headSize)
        try requireText(bytes, path)
        do throws(BatchError) {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return try BatchList.items(lines.map { FileName.text($0) }, of: name(of: path))
        } catch {
            throw CommandFailure(status: .noVideo, message: error.description)
        }
    }

    private static func name(of path: String) -> String { path == "-" ? "standard input" : path }

    /// Throws `CommandFailure` where bytes begin as no list does: no name of a file has a zero in it.
    private static func requireText(_ bytes: some Collection<UInt8>, _ path: String) throws(CommandFailure) {
        guard bytes.prefix(headSize).contains(0) else { return }
        throw CommandFailure(
            status: .noVideo,
            message:
                "'\(name(of: path))' is not a list of films: it is not text; give a folder, a list with one path a line in UTF-8, or a film whose name ends as in scened batch --help"
        )
    }

    // MARK: folders

    /// A folder by whatever path.
    private struct Place: Equatable {
        var device: UInt
        var inode: UInt

        init(_ facts: stat) { (device, inode) = (UInt(facts.st_dev), UInt(facts.st_ino)) }

        /// nil where nothing can be seen there.
        init?(path: String) {
            var facts = stat()
            guard FileName.withBytes(path, { stat($0, &facts) }) == 0 else { return nil }
            self.init(facts)
        }
    }

    /// All films in a folder and those below it, by name; hidden ones, what links to folders lead to, and the
    /// results are left out. A film whose name cannot name results is among them, with its problem.
    ///
    /// - Throws: `CommandFailure`: a folder cannot be listed: a film that was not seen must not pass for one
    ///   that is done. The results would lie among the films.
    private static func folder(_ path: String, output: String) throws(CommandFailure) -> Films {
        let root = tidied(path)
        let results = Place(path: output)
        guard results == nil || results != Place(path: root) else {
            throw CommandFailure(
                status: .usage,
                message:
                    "--output: '\(path)' is the folder of the films, and results need a folder of their own; give another, such as '\(below(root, "results"))'"
            )
        }
        var films = Films()
        var folders = [""]
        while let folder = folders.popLast() {
            let place = folder.isEmpty ? root : below(root, folder)
            let names: [String]
            do throws(DurableFileError) {
                names = try PosixFiles().names(in: absolutePath(place))
            } catch {
                throw CommandFailure(status: .cannotOpen, message: error.description)
            }
            for name in names.sorted() where !name.hasPrefix(".") {
                let id = folder.isEmpty ? name : "\(folder)/\(name)"
                let file = below(root, id)
                var facts = stat()
                guard FileName.withBytes(file, { lstat($0, &facts) }) == 0 else {
                    // It has just been taken away.
                    if errno == ENOENT { continue }
                    throw CommandFailure(
                        status: .cannotOpen, message: CommandFailure.message("examine", "'\(file)'", errno))
                }
                let type = facts.st_mode & S_IFMT
                if type == S_IFDIR {
                    if Place(facts) != results { folders.append(id) }
                    continue
                }
                let target = type == S_IFLNK ? FileKind(path: file) : nil
                if target == .folder { continue }
                if FilmEndings.isFilm(name) {
                    films.items.append(BatchItem(found: id, input: file))
                } else if type == S_IFREG || target == .file {
                    films.passedOver[told(FilmEndings.ending(of: name)), default: 0] += 1
                }
            }
        }
        films.items.sort { $0.id < $1.id }
        return films
    }

    private static func below(_ root: String, _ name: String) -> String {
        root == "/" ? "/\(name)" : "\(root)/\(name)"
    }

    /// An ending as people are told of it; what is long or no word is none.
    private static func told(_ ending: String) -> String {
        let isWord = ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return isWord && ending.utf8.count <= 8 ? ending : ""
    }
}
