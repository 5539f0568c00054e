/// The films of a batch, from a list: one a line, `PATH` or `PATH<tab>NAME`. A value without I/O.
package enum BatchList {
    /// Reads a list. Empty lines are skipped, and a byte-order mark before the first.
    ///
    /// - Parameters:
    ///   - lines: without newlines.
    ///   - name: how messages call the list.
    /// - Returns: the films, in the order of the list.
    /// - Throws: where a name cannot be used, or two films have one.
    package static func items(_ lines: some Sequence<String>, of name: String) throws(BatchError)
        -> [BatchItem]
    {
        var items: [BatchItem] = []
        for (place, text) in lines.enumerated() {
            var line = text.hasSuffix("\r") ? String(text.dropLast()) : text
            if place == 0, line.unicodeScalars.first == "\u{feff}" {
                line = String(line.unicodeScalars.dropFirst())
            }
            guard !line.allSatisfy({ $0 == " " || $0 == "\t" }) else { continue }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            do throws(BatchError) {
                switch fields.count {
                case 1: items.append(try BatchItem(input: line))
                case 2: items.append(try BatchItem(id: fields[1], input: fields[0]))
                default: throw BatchError("it has \(fields.count - 1) tabs; give PATH, or PATH, a tab, NAME")
                }
            } catch {
                throw BatchError("\(name): line \(place + 1): \(error)")
            }
        }
        try requireDistinct(items, of: name)
        return items
    }

    /// Throws where the results of two films would meet in one folder.
    package static func requireDistinct(_ items: [BatchItem], of name: String) throws(BatchError) {
        var inputs: [String: String] = [:]
        for item in items {
            if let other = inputs.updateValue(item.input, forKey: item.id) {
                throw BatchError(
                    "\(name): '\(other)' and '\(item.input)' are both called '\(item.id)'; give one of them another name after a tab"
                )
            }
        }
        for item in items {
            var folder = item.id[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                guard inputs[String(folder)] == nil else {
                    throw BatchError(
                        "\(name): '\(folder)' is a film, and '\(item.id)' would lie in its folder; give one of them another name after a tab"
                    )
                }
            }
        }
    }
}
