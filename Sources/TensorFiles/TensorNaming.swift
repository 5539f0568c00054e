/// Finds the tensors in a checkpoint's document and names them by the keys that lead to them.
struct TensorNaming {
    private let document: PickleDocument
    private(set) var tensors: [String: TorchTensor] = [:]
    /// In the order of the document.
    private(set) var names: [String] = []
    private(set) var scalars: [String: TorchCheckpoint.Scalar] = [:]
    private var steps = 0

    /// Containers may share children or contain themselves, so a walk has these bounds.
    private static let depthLimit = 64
    private static let stepLimit = 200_000
    private static let nameLimit = 1024

    init(document: PickleDocument) {
        self.document = document
    }

    /// Fills `tensors`, `names` and `scalars`. Throws where there is no tensor, or one name for two.
    mutating func run() throws(TensorFileError) {
        let outer = members(document.root) ?? []
        for pair in outer {
            if case .string(let key) = pair.key, let scalar = scalar(pair.value) { scalars[key] = scalar }
        }
        let wrapped = outer.last { $0.key == .string("state_dict") && document.pairs($0.value) != nil }
        try walk(wrapped?.value ?? document.root, prefix: "", depth: 0)
        guard !names.isEmpty else {
            throw TensorFileError(
                .absent,
                "the checkpoint holds no tensors by name; save the weights with torch.save(model.state_dict(), path)"
            )
        }
    }

    private mutating func walk(_ value: PickleValue, prefix: String, depth: Int) throws(TensorFileError) {
        guard depth <= Self.depthLimit else { throw Self.tooLarge }
        for pair in members(value) ?? [] {
            steps += 1
            guard steps <= Self.stepLimit else { throw Self.tooLarge }
            let key: String
            switch pair.key {
            case .string(let text): key = text
            case .int(let number): key = String(number)
            default: continue
            }
            guard prefix.utf8.count + key.utf8.count < Self.nameLimit else { throw Self.tooLarge }
            let name = prefix.isEmpty ? key : prefix + "." + key
            if case .tensor(let index) = pair.value {
                guard tensors.updateValue(document.tensors[index], forKey: name) == nil else {
                    throw .damaged("two tensors are named \(TensorFileError.quoted(name))")
                }
                names.append(name)
            } else {
                try walk(pair.value, prefix: name, depth: depth + 1)
            }
        }
    }

    private static let tooLarge = TensorFileError(
        .tooLarge,
        "refused: the checkpoint's dictionaries nest or repeat beyond measure;"
            + " save only the weights with torch.save(model.state_dict(), path)")

    /// The pairs of a dictionary, or the attributes of a TorchScript module.
    private func members(_ value: PickleValue) -> [PickleDocument.Pair]? {
        if case .object(let index) = value { return document.pairs(document.objects[index].state) }
        return document.pairs(value)
    }

    private func scalar(_ value: PickleValue) -> TorchCheckpoint.Scalar? {
        switch value {
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .float(let number): .float(number)
        case .string(let text): .string(text)
        default: nil
        }
    }
}
