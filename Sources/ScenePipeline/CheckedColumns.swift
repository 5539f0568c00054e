internal import Timeline

/// The arrays of a file of embeddings, each checked when it is asked for.
struct CheckedColumns {
    let path: String
    let table: ColumnTable

    /// An array of `count` entries; nil takes any number.
    func integers(_ name: String, count: Int?) throws(EmbeddingFileError) -> [Int64] {
        guard let values = table.integers[name] else {
            throw missing(name, expected: "whole numbers in one dimension")
        }
        guard count == nil || values.count == count else {
            throw damaged("array \(name) has \(values.count) entries, expected \(count ?? 0)")
        }
        return values
    }

    func flags(_ name: String, count: Int) throws(EmbeddingFileError) -> [Bool] {
        let values = try integers(name, count: count)
        guard values.allSatisfy({ 0...1 ~= $0 }) else {
            throw damaged("array \(name) holds other than 0 and 1")
        }
        return values.map { $0 == 1 }
    }

    /// `within`: the PTS that they may have (`MediaClock.plausible`).
    func instants(
        _ name: String, count: Int?, _ within: ClosedRange<Int64>
    ) throws(EmbeddingFileError) -> [Instant] {
        let pts = try integers(name + "_pts", count: count)
        let frames = try integers(name + "_frame", count: pts.count)
        let timecodes = try integers(name + "_timecode", count: pts.count)
        let labels: ClosedRange<Int64> = -1...(1 << 48)
        guard pts.allSatisfy(within.contains), frames.allSatisfy(labels.contains),
            timecodes.allSatisfy(labels.contains)
        else { throw damaged("array \(name) holds times out of range") }
        return pts.indices.map {
            Instant(
                pts: pts[$0], frame: frames[$0] < 0 ? nil : frames[$0],
                timecode: timecodes[$0] < 0 ? nil : timecodes[$0])
        }
    }

    func rows(_ name: String, count: Int, width: Int) throws(EmbeddingFileError) -> [[Float]] {
        guard let matrix = table.matrices[name] else {
            throw missing(name, expected: "floating-point numbers in two dimensions")
        }
        guard matrix.rows == count, matrix.columns == width || count == 0 else {
            throw damaged("array \(name) is \(matrix.rows) x \(matrix.columns), expected \(count) x \(width)")
        }
        guard matrix.values.allSatisfy(\.isFinite) else {
            throw damaged("array \(name) holds what is not a number")
        }
        return (0..<count).map { Array(matrix.values[$0 * width..<($0 + 1) * width]) }
    }

    private func missing(_ name: String, expected: String) -> EmbeddingFileError {
        let isThere =
            table.others.contains(name) || table.integers[name] != nil || table.matrices[name] != nil
        return damaged("array \(name) " + (isThere ? "does not hold \(expected)" : "is missing"))
    }

    func damaged(_ what: String) -> EmbeddingFileError {
        EmbeddingFileError(
            .unusable, "\(path): not a file of scened embed: \(what); write it again with scened embed")
    }
}
