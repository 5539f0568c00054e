internal import NeuralNet
package import SceneModel

/// Everything a run needs to go on: parameters, the optimizer's moments, and the step. Random numbers are a
/// function of seed and step, so they need no saving.
package struct Checkpoint: Hashable, Sendable {
    package struct Tensor: Hashable, Sendable {
        package var shape: [Int]
        package var values: [Float]

        package init(shape: [Int], values: [Float]) {
            self.shape = shape
            self.values = values
        }
    }

    /// Options and sizes of the run, in words: only an equal run may go on from here.
    package let run: String
    package let step: Int
    /// By parameter name.
    package let parameters: [String: Tensor]
    /// `moment name#i`, i counting from 0.
    package let moments: [String: [Float]]

    init(run: String, step: Int, model: some ParameterTree, optimizer: Optimizer) {
        var model = model
        var parameters: [String: Tensor] = [:]
        model.visitParameters("") { name, shape, values, range in
            parameters[name] = Tensor(shape: shape, values: Array(values[range]))
        }
        var moments: [String: [Float]] = [:]
        for (name, lists) in optimizer.moments {
            for (index, list) in lists.enumerated() { moments["\(name)#\(index)"] = list }
        }
        self.run = run
        self.step = step
        self.parameters = parameters
        self.moments = moments
    }

    /// Checkpoints of the stages of a run, each under a name.
    init(run: String, step: Int, parts: [(name: String, checkpoint: Checkpoint)]) {
        var parameters: [String: Tensor] = [:]
        var moments: [String: [Float]] = [:]
        for (name, part) in parts {
            for (key, tensor) in part.parameters { parameters[name + key] = tensor }
            for (key, values) in part.moments { moments[name + key] = values }
        }
        self.init(run: run, step: step, parameters: parameters, moments: moments)
    }

    private init(run: String, step: Int, parameters: [String: Tensor], moments: [String: [Float]]) {
        self.run = run
        self.step = step
        self.parameters = parameters
        self.moments = moments
    }

    /// The checkpoint of a stage.
    func part(_ name: String, run: String, step: Int) -> Checkpoint {
        func named<Value>(_ all: [String: Value]) -> [String: Value] {
            var found: [String: Value] = [:]
            for (key, value) in all where key.hasPrefix(name) {
                found[String(key.dropFirst(name.count))] = value
            }
            return found
        }
        return Checkpoint(run: run, step: step, parameters: named(parameters), moments: named(moments))
    }

    func restore(
        run: String, model: inout some ParameterTree, optimizer: inout Optimizer
    ) throws(CheckpointError) {
        guard run == self.run else { throw CheckpointError("the checkpoint is of a run with other options") }
        var fault: CheckpointError?
        var restored: [String: [[Float]]] = [:]
        model.visitParameters("") { name, shape, values, range in
            guard let tensor = parameters[name], tensor.shape == shape, tensor.values.count == range.count
            else {
                fault = CheckpointError("the checkpoint lacks parameter \(name) in its shape")
                return
            }
            values.replaceSubrange(range, with: tensor.values)
            var lists: [[Float]] = []
            while let list = moments["\(name)#\(lists.count)"] {
                guard list.count == range.count else {
                    fault = CheckpointError("the checkpoint's state of \(name) has another size")
                    return
                }
                lists.append(list)
            }
            if !lists.isEmpty { restored[name] = lists }
        }
        if let fault { throw fault }
        optimizer.moments = restored
        optimizer.stepCount = step
    }

    // MARK: Files

    private static let stepKey = "scened.step"
    private static let runKey = "scened.run"
    private static let digestKey = "scened.digest"

    /// FNV-1a over step, run, names, shapes and bits, in order of the names: against damage on disk, not
    /// against people. Linear time.
    private var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
        func mix(_ text: String) {
            mix(UInt64(text.utf8.count))
            for byte in text.utf8 { mix(UInt64(byte)) }
        }
        func mix(_ values: [Float]) {
            mix(UInt64(values.count))
            for value in values { mix(UInt64(value.bitPattern)) }
        }
        mix(UInt64(bitPattern: Int64(step)))
        mix(run)
        for (name, tensor) in parameters.sorted(by: { $0.key < $1.key }) {
            mix(name)
            for side in tensor.shape { mix(UInt64(bitPattern: Int64(side))) }
            mix(tensor.values)
        }
        for (name, values) in moments.sorted(by: { $0.key < $1.key }) {
            mix(name)
            mix(values)
        }
        return String(hash, radix: 16)
    }

    /// The checkpoint as a safetensors file, with a digest of all it holds.
    package var writer: SafetensorsWriter {
        var writer = SafetensorsWriter(
            metadata: [Self.stepKey: "\(step)", Self.runKey: run, Self.digestKey: digest])
        for (name, tensor) in parameters {
            writer.add("parameter." + name, shape: tensor.shape, floats: tensor.values)
        }
        for (name, values) in moments { writer.add("moment." + name, shape: [values.count], floats: values) }
        return writer
    }

    /// Reads what `writer` wrote; throws where a bit differs.
    package init(_ file: SafetensorsFile) throws(ModelFileError) {
        guard let run = file.metadata[Self.runKey], let step = file.metadata[Self.stepKey].flatMap(Int.init),
            step >= 0
        else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path, detail: "this is not a checkpoint of a training run",
                remedy: "give the checkpoint that the run wrote")
        }
        var parameters: [String: Tensor] = [:]
        var moments: [String: [Float]] = [:]
        for entry in file.header.entries {
            let values = try file.floats(entry.name)
            if entry.name.hasPrefix("parameter.") {
                parameters[String(entry.name.dropFirst(10))] = Tensor(shape: entry.shape, values: values)
            } else if entry.name.hasPrefix("moment.") {
                moments[String(entry.name.dropFirst(7))] = values
            }
        }
        self.run = run
        self.step = step
        self.parameters = parameters
        self.moments = moments
        guard file.metadata[Self.digestKey] == digest else {
            throw ModelFileError(
                .unsuitableMetadata, path: file.path,
                detail: "the checkpoint is damaged: its contents do not match its digest",
                remedy: "remove it and start the run again, or restore it from a copy")
        }
    }
}
