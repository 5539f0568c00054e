/// The head of a NumPy array in a file that grows by rows: always as long, so that it can be written anew in
/// its place when the count of rows has changed.
///
/// `numpy.load` reads as many rows as it says, and takes no notice of what stands behind them.
package struct GrowingArray: Hashable, Sendable {
    /// Bytes in front of the first row.
    package static let headLength = 256

    /// NumPy's description of an element: `'<f2'`, or a list of fields. Python text.
    package let type: String
    /// Elements in a row; nil where a row is one element.
    package let columns: Int?
    /// Bytes of a row.
    package let rowLength: Int

    package init(type: String, columns: Int?, rowLength: Int) {
        (self.type, self.columns, self.rowLength) = (type, columns, rowLength)
        precondition(head(rows: .max).count == Self.headLength, "a short description")
    }

    /// Format version 1.0; ends with a newline.
    package func head(rows: Int) -> [UInt8] {
        var text = [UInt8]("\(beginning)\(rows)\(ending)".utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: max(0, Self.headLength - 11 - text.count))
        text.append(UInt8(ascii: "\n"))
        var bytes: [UInt8] = [0x93] + [UInt8]("NUMPY".utf8) + [1, 0]
        bytes.appendLittleEndian(UInt16(text.count))
        return bytes + text
    }

    /// How many rows a head counts; nil where `bytes` are no head of such an array, to the last byte: of
    /// other elements, of other columns, or damaged.
    package func rows(in bytes: [UInt8]) -> Int? {
        let digits = bytes.dropFirst(10 + beginning.utf8.count)
            .prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let rows = Int(String(decoding: digits, as: UTF8.self)), bytes == head(rows: rows) else {
            return nil
        }
        return rows
    }

    private var beginning: String { "{'descr': \(type), 'fortran_order': False, 'shape': (" }
    private var ending: String { ",\(columns.map { " \($0)" } ?? "")), }" }
}
