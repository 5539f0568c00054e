internal import Platform
internal import TensorFiles

/// Names and sizes of an index's files: a value.
package struct IndexLayout: Hashable, Sendable {
    /// The index's folder, absolute.
    package let directory: String
    let dimension: Int
    let rowsPerFile: Int
    /// The heads of both kinds of file.
    let vectorArray: GrowingArray
    let tableArray: GrowingArray

    init(directory: String, _ manifest: IndexManifest) {
        self.directory = directory
        dimension = manifest.dimension
        rowsPerFile = manifest.rowsPerFile
        vectorArray = GrowingArray(type: "'<f2'", columns: dimension, rowLength: 2 * dimension)
        tableArray = GrowingArray(type: SceneRow.type, columns: nil, rowLength: SceneRow.length)
    }

    static func manifestPath(_ directory: String) -> String { "\(directory)/index.json" }
    /// The file of the scene encoder, where it has weights: a copy, so that an index needs nothing beside it.
    package static func modelPath(_ directory: String) -> String {
        "\(directory)/scene-encoder.safetensors"
    }
    static func lockPath(_ directory: String) -> String { "\(directory)/lock" }
    static func thresholdPath(_ directory: String) -> String { "\(directory)/threshold.json" }
    var logPath: String { "\(directory)/recordings.log" }
    /// What may stand in a folder that no index has been made in yet: an attempt that broke off.
    static let harmlessNames: Set<String> = [
        "lock", "index.json.new", "scene-encoder.safetensors", "scene-encoder.safetensors.new",
    ]

    func vectorPath(_ file: Int) -> String { "\(directory)/vectors-\(Self.padded(file)).npy" }
    func tablePath(_ file: Int) -> String { "\(directory)/scenes-\(Self.padded(file)).npy" }

    /// Files that `rows` rows take.
    func fileCount(rows: Int) -> Int { (rows + rowsPerFile - 1) / rowsPerFile }

    /// Rows of file number `file` where there are `rows` in all.
    func rows(of file: Int, total rows: Int) -> Int { min(max(0, rows - file * rowsPerFile), rowsPerFile) }

    /// Both files of a number, with their heads.
    func files(_ file: Int) -> [(path: String, array: GrowingArray)] {
        [(vectorPath(file), vectorArray), (tablePath(file), tableArray)]
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension GrowingArray {
    /// Bytes of a file with so many rows.
    func length(rows: Int) -> Int64 { Int64(Self.headLength) + Int64(rows) * Int64(rowLength) }
}
