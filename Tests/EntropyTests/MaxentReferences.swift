// swift-format-ignore-file
// Made by Tests/References/entropy/maxent.py (mpmath, 70 digits); do not edit.

struct MaxentReference {
    var name, values, constraints, prior: String
    var probabilities, multipliers: [Double]
    var logPartition, entropy, relativeEntropy: Double
}

let maxentReferences: [MaxentReference] = [
    .init(
        name: "mean of a die", values: "1..6", constraints: "mean = 4.5", prior: "",
        probabilities: [0.054353167826491515, 0.07877154563305352, 0.11415997722944056, 0.16544680311005333, 0.2397744404269, 0.3474940657740611],
        multipliers: [-0.37104893808103334],
        logPartition: 3.283301319518479, entropy: 1.613581098153829, relativeEntropy: 0.17817837107422596),
    .init(
        name: "near the top", values: "1..6", constraints: "mean = 5.999999", prior: "",
        probabilities: [9.999940007198848e-31, 9.999950005741084e-25, 9.999960004293317e-19, 9.999970002855547e-13, 9.999980001427775e-07, 0.9999990000009998],
        multipliers: [-13.815511557823996],
        logPartition: 82.89307034694347, entropy: 1.4815511059895212e-05, relativeEntropy: 1.7917446537169952),
    .init(
        name: "near the bottom", values: "1..6", constraints: "mean = 1.0001", prior: "",
        probabilities: [0.9999000099990001, 9.998000299958904e-05, 9.997000599897814e-09, 9.996000999796732e-13, 9.995001499645667e-17, 9.994002099434623e-21],
        multipliers: [9.210440366976627],
        logPartition: -9.210340371976294, entropy: 0.0010210390370308585, relativeEntropy: 1.790738430191024),
    .init(
        name: "two moments", values: "1..6", constraints: "mean = 4.5; E[x^2] = 21.9", prior: "",
        probabilities: [0.019575180689708992, 0.06027260196452394, 0.1372150196941937, 0.23096752223318467, 0.2874535851444089, 0.2645160902739798],
        multipliers: [-1.577530598849909, 0.15097181098509416],
        logPartition: 5.360051594376213, entropy: 1.5674465601251835, relativeEntropy: 0.22431290910287147),
    .init(
        name: "mean and variance", values: "1..6", constraints: "mean = 4.5; var = 2", prior: "",
        probabilities: [0.03679373186773318, 0.07256874146534835, 0.1261395039324804, 0.1932317207331368, 0.2608744215362258, 0.31039188046507543],
        multipliers: [-0.30014905370594036, 0.0631762860155749],
        logPartition: 2.828667328011311, entropy: 1.6043491583657288, relativeEntropy: 0.18741031086232618),
    .init(
        name: "an event", values: "1..6", constraints: "P(x >= 5) = 0.6", prior: "",
        probabilities: [0.1, 0.1, 0.1, 0.1, 0.3, 0.3],
        multipliers: [-1.0986122886681096],
        logPartition: 2.3025850929940455, entropy: 1.6434177197931799, relativeEntropy: 0.1483417494348751),
    .init(
        name: "a prior with a zero", values: "1..6", constraints: "mean = 4.5", prior: "1,2,0,4,5,6",
        probabilities: [0.06052508192609718, 0.11814592752426112, 0.0, 0.22508963702736506, 0.2746116062177395, 0.32162774730453714],
        multipliers: [0.024284502625455156],
        logPartition: -0.10995883795372036, entropy: 1.477510278600706, relativeEntropy: 0.0006785761391721505),
    .init(
        name: "a row", values: "1..6", constraints: "[1,0,0,2,0,1] = 0.7; mean = 3", prior: "",
        probabilities: [0.25828561387192894, 0.19350830152335496, 0.1617259920015959, 0.1681983473556995, 0.11296405383074866, 0.10531769141667201],
        multipliers: [-0.10932867195875755, 0.17941691768873064],
        logPartition: 1.2836010301256178, entropy: 1.7453217128206793, relativeEntropy: 0.04643775640737571),
    .init(
        name: "functions", values: "1..10", constraints: "E[log(x)] = 1.5; E[abs(x-4)] = 2.25; E[sin(x)] = 0.1", prior: "",
        probabilities: [0.06135773321304327, 0.10400618858005081, 0.12714875540863957, 0.14391997723189076, 0.11385929796507654, 0.11234976186394562, 0.11754263469263986, 0.10387050226984651, 0.07157395970734681, 0.044371189067520266],
        multipliers: [-0.3594123290438614, 0.2604766561699369, -0.2672540346864579],
        logPartition: 2.2344906122782793, entropy: 2.2547191916261995, relativeEntropy: 0.047865901367846395),
    .init(
        name: "a thousand outcomes", values: "1..1000", constraints: "mean = 300; E[x^2] = 150000; E[x^3] = 90000000", prior: "",
        probabilities: [0.004376548467867767, 0.004333222023827853, 0.004290517569848211, 0.001041672161658057, 0.001040427197888614, 0.0010391976920581308, 3.080353980242565e-05, 3.0269580399696353e-05, 2.9743085467546746e-05],
        multipliers: [0.010016705605583343, -2.260589752165041e-05, 1.759060502133098e-08],
        logPartition: 5.421500768981659, entropy: 6.618782274328889, relativeEntropy: 0.2889730046532486),
    .init(
        name: "far from zero", values: "1000001..1000006", constraints: "mean = 1000004.5; var = 2", prior: "",
        probabilities: [0.03679373186773318, 0.07256874146534835, 0.1261395039324804, 0.1932317207331368, 0.2608744215362258, 0.31039188046507543],
        multipliers: [-0.30014905370594036, 0.0631762860155749],
        logPartition: 300151.88237326837, entropy: 1.6043491583657288, relativeEntropy: 0.18741031086232618),
]
