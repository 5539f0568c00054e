internal import Glibc
internal import Platform
internal import SceneModel
internal import TensorFiles

/// Named arrays and one text, as they stand in an NPZ or a safetensors file.
struct ColumnTable {
    enum Format {
        case npz, safetensors

        /// By the file name's extension; nil for others.
        init?(path: String) {
            if path.hasSuffix(".npz") {
                self = .npz
            } else if path.hasSuffix(".safetensors") {
                self = .safetensors
            } else {
                return nil
            }
        }

        /// By the file's first bytes; nil for what begins otherwise, cannot be opened, or is no regular file.
        init?(contentsOf path: String) {
            let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var status = stat()
            var head = [UInt8](repeating: 0, count: 9)
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                read(descriptor, &head, head.count) == head.count
            else { return nil }
            if head.starts(with: [0x50, 0x4B]) {
                self = .npz
            } else if head[8] == UInt8(ascii: "{"), head[7] == 0 {
                self = .safetensors
            } else {
                return nil
            }
        }
    }

    private(set) var integers: [String: [Int64]] = [:]
    /// Rows of equal width.
    private(set) var matrices: [String: (rows: Int, columns: Int, values: [Float])] = [:]
    /// JSON; array `info` of an NPZ file, metadata entry `scened.info` of a safetensors file.
    var info = ""
    private var order: [String] = []
    /// Arrays of the file that are neither.
    private(set) var others: Set<String> = []

    init() {}

    mutating func add(_ name: String, _ values: [Int64]) {
        integers[name] = values
        order.append(name)
    }

    mutating func add(_ name: String, rows: Int, columns: Int, _ values: [Float]) {
        precondition(values.count == rows * columns, "as many values as the shape says")
        matrices[name] = (rows, columns, values)
        order.append(name)
    }

    // MARK: Files

    func write(to path: String, format: Format) throws(EmbeddingFileError) {
        do {
            switch format {
            case .npz:
                var arrays = [(name: "info", array: NPYArray(shape: [], .strings([info])))]
                for name in order {
                    if let values = integers[name] {
                        arrays.append((name, NPYArray(.int64(values))))
                    } else if let matrix = matrices[name] {
                        arrays.append(
                            (name, NPYArray(shape: [matrix.rows, matrix.columns], .float32(matrix.values))))
                    }
                }
                try NPZFile.write(arrays, path: path)
            case .safetensors:
                var writer = SafetensorsWriter(metadata: [Self.infoKey: info])
                for (name, values) in integers { writer.add(name, shape: [values.count], integers: values) }
                for (name, matrix) in matrices {
                    writer.add(name, shape: [matrix.rows, matrix.columns], floats: matrix.values)
                }
                try writer.write(to: path, kind: "file of embeddings")
            }
        } catch let error as TensorFileError {
            throw EmbeddingFileError(.unwritable, error.description)
        } catch let error as ModelFileError {
            throw EmbeddingFileError(.unwritable, error.description)
        } catch {
            throw EmbeddingFileError(.unwritable, "\(path): \(error)")
        }
    }

    init(path: String, format: Format) throws(EmbeddingFileError) {
        do {
            switch format {
            case .npz: try readNPZ(path)
            case .safetensors: try readSafetensors(path)
            }
        } catch let error as TensorFileError {
            // An unreadable file is named by the message already.
            let isUnreadable = error.reason == .unreadable
            throw EmbeddingFileError(
                isUnreadable ? .unreadable : .unusable,
                isUnreadable ? error.description : "\(path): \(error.description)")
        } catch let error as ModelFileError {
            throw EmbeddingFileError(
                error.code == .unreadable ? .unreadable : .unusable, error.description)
        } catch {
            throw EmbeddingFileError(.unusable, "\(path): \(error)")
        }
    }

    private mutating func readNPZ(_ path: String) throws {
        let file = try NPZFile(path: path)
        for name in file.names {
            let array = try file.array(name)
            switch array.elements {
            case .strings(let texts) where name == "info" && texts.count == 1: info = texts[0]
            case .int64(let values) where array.shape.count == 1: add(name, values)
            case .bool(let values) where array.shape.count == 1: add(name, values.map { $0 ? 1 : 0 })
            case .float32(let values) where array.shape.count == 2:
                add(name, rows: array.shape[0], columns: array.shape[1], values)
            case .float64(let values) where array.shape.count == 2:
                add(name, rows: array.shape[0], columns: array.shape[1], values.map { Float($0) })
            default: others.insert(name)
            }
        }
    }

    private mutating func readSafetensors(_ path: String) throws {
        let file = try SafetensorsFile(path: path)
        info = file.metadata[Self.infoKey] ?? ""
        for entry in file.header.entries {
            switch entry.shape.count {
            case 1 where entry.type.isWhole: add(entry.name, try file.integers(entry.name))
            case 2 where entry.type.isFloating:
                add(entry.name, rows: entry.shape[0], columns: entry.shape[1], try file.floats(entry.name))
            default: others.insert(entry.name)
            }
        }
    }

    private static let infoKey = "scened.info"
}
