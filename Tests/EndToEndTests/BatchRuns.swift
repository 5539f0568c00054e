import Foundation
import TestSupport

/// Runs of `scened batch`, and what is in the folder of their results.
enum BatchRuns {
    /// A folder of films, by name: links to clips.
    static func films(_ clips: [String: String]) throws -> URL {
        let folder = try Scratch.emptyFolder()
        for (name, clip) in clips {
            let place = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: place.path, withDestinationPath: Fixtures.path(clip))
        }
        return folder
    }

    static func batch(_ films: URL, _ output: URL, _ arguments: String...) throws -> Program.Outcome {
        try Program.run(["batch", films.path, "--output", output.path] + arguments)
    }

    static func text(_ folder: URL, _ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    static func lines(_ folder: URL, _ name: String) throws -> [String] {
        try text(folder, name).split(separator: "\n").map(String.init)
    }

    /// State of each film, by name.
    static func states(_ outcome: Program.Outcome) -> [String: String] {
        outcome.events.reduce(into: [:]) { states, event in
            if event.type == "batch_film" { states[event.id] = event.fields["state"] as? String }
        }
    }

    /// Names in a folder and below, with the times of their last change.
    static func changes(_ folder: URL) throws -> [String: Date] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try names.reduce(into: [:]) { changes, name in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: folder.appending(path: name).path)
            if attributes[.type] as? FileAttributeType == .typeRegular {
                changes[name] = attributes[.modificationDate] as? Date
            }
        }
    }
}
