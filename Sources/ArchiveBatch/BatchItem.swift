internal import Platform

/// One film of a batch.
package struct BatchItem: Hashable, Sendable {
    /// Names its results, in a folder of that name; parts between slashes are folders in folders.
    package let id: String
    /// A path, or an address.
    package let input: String
    /// Why `id` names no folder of results: the film cannot be done, and harms no other. nil of films of a
    /// list.
    package let problem: String?

    /// Throws where `id` would be no folder of its own.
    package init(id: String, input: String) throws(BatchError) {
        if let fault = Self.fault(of: id) {
            throw BatchError(
                "'\(Self.brief(id))' cannot name a folder of results: \(fault); give '\(Self.brief(input))' another name after a tab"
            )
        }
        self.id = id
        self.input = input
        problem = nil
    }

    /// A film as it was found, whatever it is called there.
    package init(found id: String, input: String) {
        self.id = id
        self.input = input
        problem = Self.fault(of: id).map {
            "its name cannot name a folder of results: \($0); rename the film, or the folder it lies in"
        }
    }

    /// Named by the last part of its path or address, without what stands behind a `?` or `#` of an address.
    package init(input: String) throws(BatchError) {
        var name = input[...]
        if input.contains("://"), let end = name.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            name = name[..<end]
        }
        try self.init(id: name.split(separator: "/").last.map(String.init) ?? "", input: input)
    }

    /// Why a name cannot name a folder below that of the results; nil where it can.
    private static func fault(of id: String) -> String? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.contains(where: { $0.isEmpty }) { return "a part of it is empty" }
        if parts.contains(where: { $0.hasPrefix(".") }) { return "a part of it begins with a dot" }
        if parts.contains(where: { FileName.bytes($0).count > 200 }) {
            return "a part of it exceeds 200 bytes"
        }
        if FileName.bytes(id).count > 1000 { return "it exceeds 1000 bytes" }
        if id.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "it holds a control character"
        }
        if let first = parts.first, BatchFiles.isOwn(first) {
            return "the batch writes a file of the name '\(first)' there"
        }
        return nil
    }

    /// The beginning of a name, for a message: what is no list may hold any bytes.
    private static func brief(_ text: String) -> String {
        text.count > 100 ? String(text.prefix(100)) + "..." : text
    }
}
