/// One film of a batch.
package struct BatchItem: Hashable, Sendable {
    /// Names its results, in a folder of that name; parts between slashes are folders in folders.
    package let id: String
    /// A path, or an address.
    package let input: String

    /// Throws where `id` would be no folder of its own.
    package init(id: String, input: String) throws(BatchError) {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard !id.isEmpty, id.utf8.count <= 1000,
            parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && $0.utf8.count <= 200 }),
            !id.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw BatchError(
                "'\(id)' cannot name a folder of results; give '\(input)' another name after a tab; its parts must not begin with a dot, nor exceed 200 bytes"
            )
        }
        self.id = id
        self.input = input
    }

    /// Named by the last part of its path or address, without what stands behind a `?` or `#` of an address.
    package init(input: String) throws(BatchError) {
        var name = input[...]
        if input.contains("://"), let end = name.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            name = name[..<end]
        }
        try self.init(id: name.split(separator: "/").last.map(String.init) ?? "", input: input)
    }
}
