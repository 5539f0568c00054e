internal import Platform

/// The files that a batch writes beside the folders of its films. No film's results can have their names.
package enum BatchFiles {
    /// The page that leads to those of the films.
    package static let indexName = "index.html"
    private static let failures = "failed.jsonl"

    /// The list of the films that cannot be done: each slice has its own.
    package static func failuresName(_ slice: BatchSlice) -> String {
        slice == .whole ? failures : "failed-\(slice.index)-of-\(slice.count).jsonl"
    }

    /// Whether a name is that of such a list, of any slice.
    package static func isFailures(_ name: String) -> Bool {
        if name == failures { return true }
        guard name.hasPrefix("failed-"), name.hasSuffix(".jsonl") else { return false }
        let parts = name.dropFirst(7).dropLast(6).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[1] == "of" && BatchSlice("\(parts[0])/\(parts[2])") != nil
    }

    /// Whether a name is one of the batch's own, also while that file is being written.
    package static func isOwn(_ name: String) -> Bool {
        let isFresh = name.hasSuffix(PosixFiles.freshSuffix)
        let name = isFresh ? String(name.dropLast(PosixFiles.freshSuffix.count)) : name
        return name == indexName || isFailures(name)
    }
}
