/**
 * Real hosts with a systemd of their own, on this machine: the agent as its packaged unit with its
 * service user, workers as units, and the power cut. Needs root, systemd-nspawn and debootstrap.
 */
@NullMarked
package dev.pullcord.systemtests.lab;

import org.jspecify.annotations.NullMarked;
