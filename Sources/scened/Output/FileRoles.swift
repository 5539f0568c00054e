internal import ArchiveBatch
internal import FeedRuntime
internal import Platform
import FoundationEssentials
import Glibc
import SceneModel

/// The files that a command reads and writes, so that none is written that is read, and none written twice:
/// by whatever path, link or descriptor. Asked before anything is opened for writing.
struct FileRoles {
    /// `isNamed`: the user named it, not only the folder that it lies in.
    private var inputs: [(name: String, identity: FileIdentity, isNamed: Bool)] = []
    private var outputs: [(option: String, path: String, identity: FileIdentity?)] = []
    private var failure: CommandFailure?

    /// An input: a path, `-` for standard input, an address, a folder (what stands in it), or nil. Addresses
    /// and built-in models are no files.
    mutating func read(_ path: String?) {
        guard let path, !path.hasPrefix(SafetensorsFile.builtinPrefix), !FeedAddress(path).isLive else {
            return
        }
        if path == "-" {
            note("standard input", FileIdentity(descriptor: STDIN_FILENO))
            return
        }
        let file =
            ["file://", "file:"].first(where: path.hasPrefix).map { String(path.dropFirst($0.count)) } ?? path
        note(file, FileIdentity(path: file))
        guard FileKind(path: file) == .folder else { return }
        for name in (try? PosixFiles().names(in: file)) ?? [] {
            note("\(file)/\(name)", FileIdentity(path: "\(file)/\(name)"), isNamed: false)
        }
    }

    mutating func read(_ paths: [String]) { for path in paths { read(path) } }

    /// An output that `option` names; nil is standard output. `folderIsMade`: the command makes the folder if
    /// need be. `replacesMedia`: the user agreed, with --force, that a film goes; nil: nobody can.
    mutating func write(
        _ path: String?, option: String = "--output", folderIsMade: Bool = false, replacesMedia: Bool? = nil
    ) {
        guard let path else {
            outputs.append(("standard output", "", FileIdentity(descriptor: STDOUT_FILENO)))
            return
        }
        outputs.append((option, path, FileIdentity(path: path)))
        if failure == nil {
            failure = Self.obstacle(
                path, option: option, folderIsMade: folderIsMade, replacesMedia: replacesMedia)
        }
    }

    private mutating func note(_ name: String, _ identity: FileIdentity?, isNamed: Bool = true) {
        // What is not there yet is no input.
        switch identity {
        case .file, .disk: if let identity { inputs.append((name, identity, isNamed)) }
        case .place, .path, nil: break
        }
    }

    /// Throws `CommandFailure`: usage where two roles meet in one file, cannot write where an output cannot
    /// be made.
    func check() throws(CommandFailure) {
        let errors = FileIdentity(descriptor: STDERR_FILENO)
        // A word about it would go into the film. A log that lies in a folder of films is none.
        if inputs.contains(where: {
            $0.identity == errors && ($0.isNamed || FilmEndings.isFilm($0.name) || Self.isArray($0.name))
        }) {
            throw CommandFailure(status: .usage, message: "")
        }
        for (number, output) in outputs.enumerated() {
            guard let identity = output.identity else { continue }
            let name = output.path.isEmpty ? output.option : "\(output.option) '\(output.path)'"
            if let input = inputs.first(where: { $0.identity == identity }) {
                throw CommandFailure(
                    status: .usage,
                    message:
                        "\(name) is the input '\(input.name)' and would overwrite it; write to another file")
            }
            if let other = outputs[..<number].first(where: { $0.identity == identity }) {
                throw CommandFailure(
                    status: .usage,
                    message: "\(other.option) and \(output.option) are the same file; give each its own")
            }
            if identity == errors, !output.path.isEmpty, case .file = try? OutputPlace(output.path) {
                throw CommandFailure(
                    status: .usage, message: "\(name) is the file of standard error; give each its own")
            }
        }
        if let failure { throw failure }
    }

    /// Whether a name ends as files of embeddings and models do.
    private static func isArray(_ name: String) -> Bool {
        ["npy", "npz", "safetensors"].contains(FilmEndings.ending(of: name))
    }

    /// Why `path` cannot be written, as far as can be seen from outside.
    private static func obstacle(
        _ path: String, option: String, folderIsMade: Bool, replacesMedia: Bool?
    ) -> CommandFailure? {
        do {
            guard case .file(let place, let isThere) = try OutputPlace(path) else { return nil }
            let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? "."
            guard FileName.withBytes(isThere ? place : folder, { access($0, W_OK) }) == 0 else {
                return CommandFailure(OutputError(path, errno), option: option)
            }
            guard isThere, replacesMedia != true, MediaSignature.isMedia(place) else { return nil }
            let remedy = replacesMedia == nil ? "remove it first" : "--force to replace it"
            return CommandFailure(
                status: .cannotWrite,
                message:
                    "\(option) '\(path)' holds pictures or sound, which would be lost; give another name, or "
                    + remedy)
        } catch let error {
            return folderIsMade && error.number == ENOENT ? nil : CommandFailure(error, option: option)
        }
    }
}
