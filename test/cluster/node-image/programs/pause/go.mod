module rollout-sim/node-image/pause

go 1.26.0
