"""Chromium without a screen, and what the tests of the pages ask of it."""
import contextlib
import json
import os
import shutil
import sys
import tempfile
import unittest

SKIPPED = 77  # as SKIP_RETURN_CODE in tests/CMakeLists.txt

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
except ImportError:
    print('skipped: needs the packages chromium, chromium-driver and python3-selenium')
    sys.exit(SKIPPED)

if not (shutil.which('chromium') and shutil.which('chromedriver')):
    print('skipped: needs the packages chromium and chromium-driver')
    sys.exit(SKIPPED)

FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync',
         '--disable-dev-shm-usage', '--hide-scrollbars', '--force-color-profile=srgb']


@contextlib.contextmanager
def browser(width=1280, height=900, downloads=None):
    """A driver with a profile of its own; it logs every network request and console line."""
    profile = tempfile.mkdtemp(prefix='minerva-chromium-')
    options = Options()
    options.binary_location = shutil.which('chromium')
    for flag in FLAGS + [f'--user-data-dir={profile}', f'--window-size={width},{height}']:
        options.add_argument(flag)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
    driver = webdriver.Chrome(service=Service(shutil.which('chromedriver')), options=options)
    try:
        if downloads:
            driver.execute_cdp_cmd('Browser.setDownloadBehavior',
                                   {'behavior': 'allow', 'downloadPath': os.path.abspath(downloads)})
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


def show(driver, page, width=1280, height=900, theme='light'):
    """Opens a file at a size that is the page's own, in the theme that the system asks for."""
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', {
        'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})
    driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {
        'features': [{'name': 'prefers-color-scheme', 'value': theme}]})
    driver.get('file://' + os.path.abspath(page))


class Quiet(unittest.TestCase):
    """Every test ends without a line in the console and without a request.

    setUpModule() sets `driver`, the browser of all tests, and `folder`, which holds their pages.
    """
    driver = None
    folder = None

    def setUp(self):
        self.driver.get('about:blank')
        self.driver.get_log('browser')
        self.driver.get_log('performance')  # of the browser's own first page

    def tearDown(self):
        self.assertEqual(self.driver.get_log('browser'), [])
        for line in self.driver.get_log('performance'):
            message = json.loads(line['message'])['message']
            if message['method'] == 'Network.requestWillBeSent':
                address = message['params']['request']['url']
                self.assertTrue(address.startswith(('file://' + self.folder, 'blob:', 'data:')),
                                address)


def screenshot(driver, file):
    """The whole page."""
    import base64
    size = driver.execute_script(
        'return [document.documentElement.clientWidth, document.documentElement.scrollHeight]')
    shot = driver.execute_cdp_cmd('Page.captureScreenshot', {
        'captureBeyondViewport': True, 'format': 'png',
        'clip': {'x': 0, 'y': 0, 'width': size[0], 'height': size[1], 'scale': 1}})
    with open(file, 'wb') as out:
        out.write(base64.b64decode(shot['data']))
