"""What an alert is on screen: banner, tray, sound, and the test of them all."""
