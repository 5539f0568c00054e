import Foundation
import TensorKernels

/// Rows of halves in a file, as a search maps them.
enum RowFile {
    static func rows(_ vectors: [HalfVector], width: Int) throws -> HalfRows {
        let url = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        var data = Data(count: 256)
        for vector in vectors { vector.bits.withUnsafeBytes { data.append(contentsOf: $0) } }
        try data.write(to: url)
        return HalfRows(try MappedFile(path: url.path), offset: 256, count: vectors.count, width: width)
    }
}
