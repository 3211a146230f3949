module rollout-sim/node-image/runtime-wrapper

go 1.26.0
