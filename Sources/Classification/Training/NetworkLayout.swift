import Kernels

/// How a network's values and slopes are computed in one stretch of memory.
///
/// Everything stands feature after feature (or pixel after pixel, channel after channel), the rows of the batch side by side, so that the
/// loops run over rows and no order of summation depends on a register's width.
struct NetworkLayout: Sendable {
    /// Where everything stands.
    struct Places {
        var input = 0, first = 0, firstPooled = 0, second = 0, flat = 0, hidden = 0, masked = 0, output = 0
        var flatSlope = 0, firstSlope = 0, patch = 0, turned = 0, ones = 0, end = 0
    }

    let shape: NetworkShape
    let places: Places
    private let layers: [NetworkShape.Layer]

    init(_ shape: NetworkShape, count: Int) {
        self.shape = shape
        layers = shape.layers
        var places = Places()
        var end = 0
        func take(_ size: Int) -> Int {
            defer { end += size * count }
            return end
        }
        let channels = shape.channels
        if shape.kind == .convolution {
            places.input = take(shape.features)
            places.first = take(shape.side * shape.side * channels)
            places.firstPooled = take(shape.half * shape.half * channels)
            places.second = take(shape.half * shape.half * 2 * channels)
            places.firstSlope = take(shape.half * shape.half * channels)
            places.patch = take(9 * channels)
        }
        places.flat = take(shape.flat)
        places.flatSlope = take(shape.kind == .convolution ? shape.flat : 0)
        places.hidden = take(shape.kind == .logistic ? 0 : shape.hidden)
        places.masked = take(layers.last?.inputs ?? 0)
        places.output = take(shape.classes)
        places.turned = take(max(2 * channels, shape.hidden, shape.classes))
        places.ones = take(1)
        places.end = end
        self.places = places
    }

    // MARK: Forward

    func forward(_ batch: Batch, _ w: UnsafePointer<Double>, _ base: UnsafeMutablePointer<Double>) {
        let n = batch.count
        let flat = base + places.flat
        var layer = 0
        var seen = batch.inputs.count
        if shape.kind == .convolution {
            let input = base + places.input
            batch.inputs.withUnsafeBufferPointer { if let from = $0.baseAddress { input.update(from: from, count: $0.count) } }
            let channels = shape.channels
            convolve(input, 1, shape.side, layers[0], w, base + places.first, n, base + places.patch)
            pool(base + places.first, base + places.firstPooled, shape.side, channels, n)
            convolve(base + places.firstPooled, channels, shape.half, layers[1], w, base + places.second, n, base + places.patch)
            pool(base + places.second, flat, shape.half, 2 * channels, n)
            layer = 2
            seen = shape.quarter * shape.quarter * 2 * channels * n
        } else {
            batch.inputs.withUnsafeBufferPointer { if let from = $0.baseAddress { flat.update(from: from, count: $0.count) } }
        }
        batch.metadata.withUnsafeBufferPointer { if let from = $0.baseAddress { (flat + seen).update(from: from, count: $0.count) } }
        var last = UnsafePointer(flat)
        if shape.kind != .logistic {
            let hidden = base + places.hidden
            dense(last, layers[layer], w, hidden, n)
            for place in 0..<shape.hidden * n { hidden[place] = max(0, hidden[place]) }
            last = UnsafePointer(hidden)
            layer += 1
        }
        let masked = base + places.masked
        let size = layers[layer].inputs * n
        if batch.mask.isEmpty {
            masked.update(from: last, count: size)
        } else {
            for place in 0..<size { masked[place] = last[place] * batch.mask[place] }
        }
        dense(masked, layers[layer], w, base + places.output, n)
    }

    /// z = weights · x + biases, for x of `inputs` rows of n.
    private func dense(
        _ x: UnsafePointer<Double>, _ layer: NetworkShape.Layer, _ w: UnsafePointer<Double>, _ z: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        for o in 0..<layer.outputs { (z + o * n).update(repeating: w[layer.biases + o], count: n) }
        Vector.multiplyAdd(w + layer.start, rowStride: 1, columnStride: layer.outputs, x, into: z, layer.outputs, layer.inputs, n)
    }

    /// The values that a pixel's output is made of: nine neighbours, row by row, each of all channels; zeros outside.
    private func gather(
        _ x: UnsafePointer<Double>, _ channels: Int, _ side: Int, _ row: Int, _ column: Int, _ patch: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        let size = channels * n
        for tap in 0..<9 {
            let (r, c) = (row + tap / 3 - 1, column + tap % 3 - 1)
            if r < 0 || c < 0 || r >= side || c >= side {
                (patch + tap * size).update(repeating: 0, count: size)
            } else {
                (patch + tap * size).update(from: x + (r * side + c) * size, count: size)
            }
        }
    }

    private func convolve(
        _ x: UnsafePointer<Double>, _ channels: Int, _ side: Int, _ layer: NetworkShape.Layer, _ w: UnsafePointer<Double>,
        _ z: UnsafeMutablePointer<Double>, _ n: Int, _ patch: UnsafeMutablePointer<Double>
    ) {
        for row in 0..<side {
            for column in 0..<side {
                gather(x, channels, side, row, column, patch, n)
                dense(patch, layer, w, z + (row * side + column) * layer.outputs * n, n)
            }
        }
    }

    /// The greatest of zero and each 2 by 2 pixels.
    private func pool(_ z: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ side: Int, _ channels: Int, _ n: Int) {
        let size = channels * n
        let half = side / 2
        for row in 0..<half {
            for column in 0..<half {
                let corner = z + (2 * row * side + 2 * column) * size
                let out = y + (row * half + column) * size
                for place in 0..<size {
                    let upper = max(corner[place], corner[size + place])
                    let lower = max(corner[side * size + place], corner[(side + 1) * size + place])
                    out[place] = max(0, max(upper, lower))
                }
            }
        }
    }

    // MARK: Backward

    func backward(
        _ batch: Batch, _ w: UnsafePointer<Double>, _ slopes: UnsafeMutablePointer<Double>, _ base: UnsafeMutablePointer<Double>
    ) {
        let n = batch.count
        let ones = base + places.ones
        ones.update(repeating: 1, count: n)
        var layer = layers.count - 1
        let masked = base + places.masked
        let head = layers[layer]
        learn(masked, base + places.output, head, slopes, base, n)
        if shape.kind == .logistic { return }
        // The hidden layer's slopes take the place of its masked values.
        propagate(base + places.output, head, w, masked, n)
        let hidden = base + places.hidden
        for place in 0..<shape.hidden * n {
            let through = batch.mask.isEmpty ? masked[place] : masked[place] * batch.mask[place]
            masked[place] = hidden[place] > 0 ? through : 0
        }
        layer -= 1
        let flat = base + places.flat
        learn(flat, masked, layers[layer], slopes, base, n)
        guard shape.kind == .convolution else { return }
        let flatSlope = base + places.flatSlope
        propagate(masked, layers[layer], w, flatSlope, n)
        let channels = shape.channels
        let (first, second) = (base + places.first, base + places.second)
        unpool(second, flat, flatSlope, shape.half, 2 * channels, n)
        let firstSlope = base + places.firstSlope
        firstSlope.update(repeating: 0, count: shape.half * shape.half * channels * n)
        deconvolve(base + places.firstPooled, channels, shape.half, layers[1], w, second, firstSlope, slopes, base, n)
        unpool(first, base + places.firstPooled, firstSlope, shape.side, channels, n)
        deconvolve(base + places.input, 1, shape.side, layers[0], w, first, nil, slopes, base, n)
    }

    /// Adds to a layer's gradient: x (inputs by n) times the slopes of its outputs (outputs by n), and those slopes' sums.
    private func learn(
        _ x: UnsafePointer<Double>, _ slope: UnsafePointer<Double>, _ layer: NetworkShape.Layer, _ slopes: UnsafeMutablePointer<Double>,
        _ base: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        let turned = base + places.turned
        Vector.transpose(slope, into: turned, rows: layer.outputs, columns: n)
        Vector.multiplyAdd(x, rowStride: n, columnStride: 1, turned, into: slopes + layer.start, layer.inputs, n, layer.outputs)
        Vector.multiplyAdd(base + places.ones, rowStride: n, columnStride: 1, turned, into: slopes + layer.biases, 1, n, layer.outputs)
    }

    /// The slopes of a layer's inputs.
    private func propagate(
        _ slope: UnsafePointer<Double>, _ layer: NetworkShape.Layer, _ w: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        x.update(repeating: 0, count: layer.inputs * n)
        Vector.multiplyAdd(w + layer.start, rowStride: layer.outputs, columnStride: 1, slope, into: x, layer.inputs, layer.outputs, n)
    }

    /// What was pooled becomes its slope: all of it goes to the first of the greatest pixels, none where the greatest is not above zero.
    private func unpool(
        _ z: UnsafeMutablePointer<Double>, _ pooled: UnsafePointer<Double>, _ slope: UnsafePointer<Double>, _ side: Int, _ channels: Int,
        _ n: Int
    ) {
        let size = channels * n
        let half = side / 2
        if side % 2 == 1 {
            for place in 0..<side {
                (z + ((side - 1) * side + place) * size).update(repeating: 0, count: size)
                (z + (place * side + side - 1) * size).update(repeating: 0, count: size)
            }
        }
        for row in 0..<half {
            for column in 0..<half {
                let corner = z + (2 * row * side + 2 * column) * size
                let from = (row * half + column) * size
                let right = corner + size
                let below = corner + side * size
                let last = below + size
                for place in 0..<size {
                    let best = pooled[from + place]
                    var left = best > 0 ? slope[from + place] : 0
                    func route(_ z: UnsafeMutablePointer<Double>) {
                        let isIt = z[place] == best
                        z[place] = isIt ? left : 0
                        left = isIt ? 0 : left
                    }
                    route(corner)
                    route(right)
                    route(below)
                    route(last)
                }
            }
        }
    }

    private func deconvolve(
        _ x: UnsafePointer<Double>, _ channels: Int, _ side: Int, _ layer: NetworkShape.Layer, _ w: UnsafePointer<Double>,
        _ slope: UnsafePointer<Double>, _ inputSlope: UnsafeMutablePointer<Double>?, _ slopes: UnsafeMutablePointer<Double>,
        _ base: UnsafeMutablePointer<Double>, _ n: Int
    ) {
        let patch = base + places.patch
        let size = channels * n
        for row in 0..<side {
            for column in 0..<side {
                let here = slope + (row * side + column) * layer.outputs * n
                gather(x, channels, side, row, column, patch, n)
                learn(patch, here, layer, slopes, base, n)
                guard let inputSlope else { continue }
                propagate(here, layer, w, patch, n)
                for tap in 0..<9 {
                    let (r, c) = (row + tap / 3 - 1, column + tap % 3 - 1)
                    if r < 0 || c < 0 || r >= side || c >= side { continue }
                    Vector.axpy(
                        1, UnsafeBufferPointer(start: patch + tap * size, count: size),
                        UnsafeMutableBufferPointer(start: inputSlope + (r * side + c) * size, count: size))
                }
            }
        }
    }
}
