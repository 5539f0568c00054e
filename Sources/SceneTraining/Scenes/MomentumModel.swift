package import NeuralNet
package import SceneModel
package import TensorKernels

// Shapes: B scenes, V width of a scene's vector, H width that is contrasted, K scenes in the queue.

/// A scene encoder with the head that is contrasted.
package struct ContrastNetwork<Encoder: ContrastedEncoder>: Sendable {
    package var encoder: Encoder
    /// [H, V]; nil: the scene's vector itself is contrasted.
    package var head: Linear?

    package init(encoder: Encoder, head: Linear?) {
        self.encoder = encoder
        self.head = head
    }

    /// A pass with what its backward pass needs.
    package struct Trace: Sendable {
        var encoder: Encoder.Pass
        /// Scenes' vectors 1 long [B, V].
        let scenes: UnitRows
        /// What is contrasted, 1 long [B, H].
        package let contrasted: UnitRows
    }

    package func forward(_ scenes: Encoder.Scenes, dropout: Dropout? = nil) -> Trace {
        let trace = encoder.pass(scenes, dropout: dropout)
        let unit = UnitRows(trace.vectors)
        guard let head else { return Trace(encoder: trace, scenes: unit, contrasted: unit) }
        var values = Matrix(rows: trace.vectors.rows, columns: head.outputDimension)
        head.forward(into: &values, unit.values)
        return Trace(encoder: trace, scenes: unit, contrasted: UnitRows(values))
    }

    /// Adds the gradient, from that of what is contrasted.
    package func backward(_ trace: inout Trace, _ dContrasted: Matrix, gradient: inout ContrastNetwork) {
        var slope = dContrasted
        if let head, var dHead = gradient.head {
            gradient.head = nil
            trace.contrasted.backward(&slope)
            head.addGradient(into: &dHead, slope, input: trace.scenes.values)
            gradient.head = dHead
            var dScenes = trace.scenes.values
            head.backpropagate(into: &dScenes, slope)
            slope = dScenes
        }
        trace.scenes.backward(&slope)
        encoder.addGradient(&trace.encoder, slope, to: &gradient.encoder)
    }
}

extension ContrastNetwork: ParameterTree {
    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        encoder.visitParameters(path + "encoder.", body)
        head?.visitParameters(path + "head.", body)
    }
}

/// What momentum contrast needs: the network that learns, its twin that follows, and the queue of the twin's
/// answers (He et al. 2020, algorithm 1).
package struct MomentumModel<Encoder: ContrastedEncoder>: Sendable {
    package var query: ContrastNetwork<Encoder>
    package var key: ContrastNetwork<Encoder>
    /// Unit vectors [K, H].
    package var queue: Matrix
    /// Recording that each scene of the queue is of; -1 where none is.
    package var owners: [Float]

    package init(query: ContrastNetwork<Encoder>, queue: Matrix) {
        self.query = query
        key = query
        self.queue = queue
        owners = [Float](repeating: -1, count: queue.rows)
    }

    /// A queue of random directions, as MoCo's code begins.
    package init(query: ContrastNetwork<Encoder>, queueLength: Int, seed: UInt64) {
        let width = query.head?.outputDimension ?? query.encoder.vectorWidth
        var normal = NormalGenerator(RandomStream(seed: seed, purpose: .initialPretextHeads, step: 1))
        let values = Matrix(
            rows: queueLength, columns: width, values: normal.values(count: queueLength * width, deviation: 1)
        )
        self.init(query: query, queue: UnitRows(values).values)
    }

    /// The twin keeps a share of itself and takes the rest from the network that learns.
    package mutating func follow(momentum: Float) {
        var targets: [(values: [Float], range: Range<Int>)] = []
        query.visitParameters("") { targets.append(($2, $3)) }
        var next = 0
        key.visitParameters("") { _, _, values, range in
            let source = targets[next].values
            for place in range { values[place] = momentum * values[place] + (1 - momentum) * source[place] }
            next += 1
        }
    }

    /// Puts scenes in the place of the oldest ones, from row `pointer` on.
    package mutating func enqueue(_ keys: Matrix, owners: [Int], at pointer: Int) {
        for row in 0..<keys.rows {
            let place = (pointer + row) % queue.rows
            queue.setRow(place, to: keys.row(row))
            self.owners[place] = Float(owners[row])
        }
    }
}

extension MomentumModel: ParameterTree {
    /// Names of what the optimizer moves begin so.
    static var learned: String { "query." }

    package mutating func visitParameters(
        _ path: String, _ body: (String, [Int], inout [Float], Range<Int>) -> Void
    ) {
        query.visitParameters(path + Self.learned, body)
        key.visitParameters(path + "key.", body)
        let shape = [queue.rows, queue.columns]
        queue.modifyValues { body(path + "queue", shape, &$0, 0..<$0.count) }
        body(path + "owners", [owners.count], &owners, 0..<owners.count)
    }
}
