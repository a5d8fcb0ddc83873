package dev.pullcord.server.mirror;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.githost.push.PackPrefetch;
import dev.pullcord.server.store.Store;

/**
 * Does what follows when the upstream has moved a ref: the same as after a push.
 *
 * @param store where the mirror is kept
 * @param deployments derived from the refs
 * @param ahead told of the steps that nodes will make
 * @param trail told of each ref that moved
 */
public record MirrorEffects(
    Store store, Deployments deployments, PackPrefetch ahead, AuditTrail trail) {}
